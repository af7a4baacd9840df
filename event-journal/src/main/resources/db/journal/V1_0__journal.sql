-- The journal. Constraint names are part of the contract: exceptions are told apart by them.

create table generation (
    generation        bigint      not null,
    system_identifier text        not null,
    timeline          integer     not null,
    began_at          timestamptz not null default clock_timestamp(),
    began_by          text        not null,
    reason            text        not null,
    constraint generation_key primary key (generation)
);

-- The cluster on which the tables are made is the one the first generation belongs to.
insert into generation (generation, system_identifier, timeline, began_by, reason)
select 1,
       (pg_control_system()).system_identifier::text,
       ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer,
       'migration',
       'the journal was created';

create table event (
    generation     bigint      not null,
    transaction_id xid8        not null default pg_current_xact_id(), -- never set by a writer
    position       bigint      generated always as identity,
    stream         uuid        not null,
    sequence       bigint      not null,
    event_id       uuid        not null,
    type           text        not null,
    revision       integer     not null,
    time           timestamptz not null,
    cause          uuid,
    cause_index    integer     not null,
    controller     text        not null,
    actor          text        not null,
    rule           text,
    payload        bytea       not null,
    metadata       bytea       not null,
    constraint event_feed_key primary key (generation, transaction_id, position),
    constraint event_sequence_key unique (stream, sequence),
    constraint event_sequence_check check (sequence >= 0)
);

create unique index event_cause_key on event (stream, cause, cause_index) where cause is not null;
