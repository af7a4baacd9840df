-- The key database. It holds no personal data; what it holds opens personal data elsewhere, and only together with the
-- key-encryption keys, which are files and never here.

CREATE TABLE key_encryption_key (
    id              uuid        PRIMARY KEY,
    controller      text        NOT NULL,
    month           date        NOT NULL CHECK (extract(day FROM month) = 1),
    created_at      timestamptz NOT NULL DEFAULT now(),
    destroyed_at    timestamptz,
    file_removed_at timestamptz,
    CHECK (file_removed_at IS NULL OR destroyed_at IS NOT NULL)
);
CREATE UNIQUE INDEX key_encryption_key_alive ON key_encryption_key (controller, month) WHERE destroyed_at IS NULL;

-- POOLED: set aside by a running process, and whether it was handed out is known there alone. ASSIGNED: known to belong
-- to a request. A destroyed key stays as a tombstone. expires_at and destroyed_at are legal time.
CREATE TABLE data_key (
    id           uuid        PRIMARY KEY,
    controller   text        NOT NULL,
    request_id   uuid,
    class        text        NOT NULL CHECK (class IN ('IDENTITY', 'CASE', 'PACKAGE', 'TASK', 'STANDING')),
    state        text        NOT NULL CHECK (state IN ('POOLED', 'ASSIGNED', 'DESTROYED')),
    kek_id       uuid        NOT NULL REFERENCES key_encryption_key,
    wrapped      bytea,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    destroyed_at timestamptz,
    reason       text,
    CHECK ((state = 'DESTROYED') = (wrapped IS NULL)),
    CHECK ((state = 'DESTROYED') = (destroyed_at IS NOT NULL)),
    CHECK ((state = 'DESTROYED') = (reason IS NOT NULL)),
    CHECK (state <> 'ASSIGNED' OR request_id IS NOT NULL)
);
CREATE INDEX data_key_of_request ON data_key (controller, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX data_key_pooled ON data_key (controller, created_at) WHERE state = 'POOLED';
CREATE INDEX data_key_of_kek ON data_key (kek_id) WHERE state <> 'DESTROYED';

-- The former versions of rows hold wrapped keys until they are vacuumed away: soon.
ALTER TABLE data_key SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100);

CREATE TABLE hash_key (
    id           uuid        PRIMARY KEY,
    controller   text        NOT NULL,
    purpose      text        NOT NULL CHECK (purpose IN ('LOOKUP', 'STANDING')),
    period       text        NOT NULL,
    kek_id       uuid        NOT NULL REFERENCES key_encryption_key,
    wrapped      bytea,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    destroyed_at timestamptz,
    UNIQUE (controller, purpose, period),
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE INDEX hash_key_of_kek ON hash_key (kek_id) WHERE destroyed_at IS NULL;
