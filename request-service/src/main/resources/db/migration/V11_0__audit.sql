-- The audit log. Rows are added, never changed; the tree over the entries lies in tiles, which only grow.
create table audit_entry (
    index      bigint  not null,
    request_id uuid    not null,
    controller text    not null,
    event_id   uuid    not null,
    type       text    not null,
    entry      bytea   not null, -- canonical JSON, the leaf of the tree
    constraint audit_entry_key primary key (index)
);

create index audit_entry_request on audit_entry (request_id, index);

-- Up to 256 hashes side by side; a narrower tile is the beginning of the same row.
create table audit_tile (
    level  integer not null,
    tile   bigint  not null,
    hashes bytea   not null,
    constraint audit_tile_key primary key (level, tile)
) with (fillfactor = 50);

create table audit_checkpoint (
    size      bigint      not null,
    note      text        not null,
    signed_at timestamptz not null, -- legal time
    constraint audit_checkpoint_key primary key (size)
);

-- How far each request of each service stands in the log.
create table audit_stream (
    service    text   not null,
    request_id uuid   not null,
    sequence   bigint not null,
    generation bigint not null,
    event_id   uuid   not null,
    constraint audit_stream_key primary key (service, request_id)
) with (fillfactor = 80);

-- How far the topic was read, in the same transactions as the entries.
create table audit_position (
    partition     integer not null,
    record_offset bigint  not null,
    leader_epoch  integer not null,
    constraint audit_position_key primary key (partition)
);

-- What was not let into the log: where it lay and what was wrong, not what it said.
create table audit_refused (
    digest        bytea       not null,
    partition     integer     not null,
    record_offset bigint      not null,
    reason        text        not null,
    refused_at    timestamptz not null default clock_timestamp(),
    constraint audit_refused_key primary key (digest, reason)
);

-- What of it was told to whom outside.
create table audit_push (
    target text   not null,
    size   bigint not null,
    constraint audit_push_key primary key (target)
);

-- One row: who appends. Leases are in database time; the epoch is checked by every append.
create table audit_lease (
    only_row   boolean     not null default true,
    holder     uuid,
    epoch      bigint      not null,
    expires_at timestamptz not null,
    constraint audit_lease_key primary key (only_row),
    constraint audit_lease_one check (only_row)
);

insert into audit_lease (epoch, expires_at) values (0, '-infinity');
