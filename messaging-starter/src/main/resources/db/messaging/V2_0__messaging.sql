-- Who relays to a topic, and how far. Leases are in database time; the epoch is checked by every write of the leader.
create table relay (
    topic              text        not null,
    holder             uuid,
    epoch              bigint      not null,
    expires_at         timestamptz not null,
    generation         bigint      not null,
    transaction_number bigint      not null,
    position           bigint      not null,
    constraint relay_key primary key (topic)
);

-- The last record of each partition that the broker acknowledged: if it is not there any more, the broker has lost its tail.
create table relay_partition (
    topic              text    not null,
    partition          integer not null,
    record_offset      bigint  not null,
    generation         bigint  not null,
    transaction_number bigint  not null,
    position           bigint  not null,
    constraint relay_partition_key primary key (topic, partition)
);

-- What of each request has taken effect here, by the topic it came on.
create table inbox (
    source     text    not null,
    request_id uuid    not null,
    sequence   bigint  not null,
    generation bigint  not null,
    event_id   uuid,
    parked     boolean not null default false,
    constraint inbox_key primary key (source, request_id)
) with (fillfactor = 80);

create index inbox_parked on inbox (source, request_id) where parked;

create table parked_message (
    id             uuid        not null,
    number         bigint      generated always as identity,
    source         text        not null,
    digest         bytea       not null,
    record_key     text,
    request_id     uuid,
    sequence       bigint,
    headers        bytea       not null,
    payload        bytea,
    controller     text,
    reason         text        not null,
    parked_at      timestamptz not null default clock_timestamp(),
    tries          integer     not null default 0,
    next_try_at    timestamptz,
    dead_letter_at timestamptz,
    telling_until  timestamptz,
    constraint parked_message_key primary key (id),
    constraint parked_message_once unique (source, digest)
);

create index parked_message_request on parked_message (source, request_id, sequence);
create index parked_message_due on parked_message (next_try_at) where next_try_at is not null;
create index parked_message_untold on parked_message (number) where dead_letter_at is null;
