-- Every version of a data map that a plan was made from; maps hold references to secrets, never secrets.
create table data_map_version (
    controller text not null,
    version    text not null,
    content    text not null,
    seen_at    timestamptz not null default now(),
    primary key (controller, version)
);

-- One approved request that is to be planned and carried out.
create table fulfillment_order (
    request_id   uuid primary key,
    controller   text not null,
    approval     text not null,               -- request.approved as it came, with its sealed fields
    kind         text not null check (kind in ('COLLECT', 'ERASE', 'UNKNOWN')),
    state        text not null check (state in ('PLANNING', 'PLANNED', 'PARKED', 'ENDED', 'DONE')),
    plan_id      uuid,
    data_map     text,
    package_key  uuid,
    reason       text,
    store        text,                         -- the store that keeps it from being planned
    delayed      boolean not null default false,
    attempts     int not null default 0,
    next_try     timestamptz not null default now(),
    lease_number bigint not null default 0,
    lease_until  timestamptz,
    stored_at    timestamptz not null default now()
);
create index fulfillment_order_to_plan on fulfillment_order (next_try) where state = 'PLANNING';

create table task (
    task_id      uuid primary key,
    request_id   uuid not null references fulfillment_order,
    plan_id      uuid not null,
    controller   text not null,
    store        text not null,
    kind         text not null check (kind in ('COLLECT', 'ERASE')),
    state        text not null check (state in ('DRAFT', 'READY', 'READ_BACK', 'PARKED', 'DONE', 'CANCELLED')),
    sweep        int not null default 1,
    reason       text,
    delayed      boolean not null default false,
    attempts     int not null default 0,
    begun        boolean not null default false,
    next_try     timestamptz not null default now(),
    lease_number bigint not null default 0,
    lease_until  timestamptz,
    detail       text,                         -- which field or collection, never a value
    outcome      text
);
create index task_to_do on task (next_try) where state in ('READY', 'READ_BACK');
create index task_of_request on task (request_id);

-- By what the records of a collection are the person's: sealed JSON under the CASE key.
create table selector (
    task_id    uuid not null references task on delete cascade,
    collection text not null,
    number     int not null,
    key_id     uuid not null,
    sealed     text not null,
    primary key (task_id, collection, number)
);

-- Frozen keys, at most a thousand a row: sealed JSON under the CASE key. done is the resume mark.
create table chunk (
    task_id    uuid not null references task on delete cascade,
    collection text not null,
    number     int not null,
    rank       int not null,                   -- parents before children
    selector   int not null,
    sweep      int not null,
    key_id     uuid not null,
    sealed     text not null,
    to_do      int not null,
    kept       int not null,
    done       boolean not null default false,
    delivered  int not null default 0,
    before_look_back int not null default 0,
    primary key (task_id, collection, number)
);

create table planned_keep (
    task_id    uuid not null references task on delete cascade,
    collection text not null,
    ground     text not null,
    until      date,                           -- absent where the record has no date to count from
    records    bigint not null,
    unique nulls not distinct (task_id, collection, ground, until)
);

create table plan_conflict (
    request_id uuid not null references fulfillment_order,
    plan_id    uuid not null,
    store      text not null,
    collection text not null,
    reason     text not null,
    records    bigint not null,
    primary key (plan_id, store, collection, reason)
);

-- What was erased where, so that a restored backup can be repaired.
create table erasure_ledger (
    task_id    uuid not null,
    collection text not null,
    number     int not null,
    request_id uuid not null,
    controller text not null,
    store      text not null,
    erased_at  timestamptz not null,
    until      timestamptz,                    -- when no older backup remains; absent where the map does not say
    key_id     uuid not null,
    sealed     text not null,
    primary key (task_id, collection, number)
);

create table package (
    request_id   uuid primary key references fulfillment_order,
    controller   text not null,
    key_id       uuid not null,
    state        text not null check (state in ('COLLECTING', 'READY', 'ENDED', 'DESTROYED')),
    reference    text not null,
    language     text not null,
    collected_since timestamptz,
    layout       text not null,                -- collections, kinds and counts: no values
    completed_at timestamptz,
    expires_at   timestamptz,
    downloads    int not null default 0,
    link_hash    bytea,
    passphrase   text                          -- sealed under the PACKAGE key
);
create index package_to_destroy on package (expires_at) where state in ('READY', 'ENDED');
