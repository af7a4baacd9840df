-- What falls due, projected from the events of requests; can be thrown away and made again from the feed.
create table due (
    request_id    uuid        not null,
    kind          text        not null,
    controller    text        not null,
    due_at        timestamptz not null, -- legal time; infinity while it is not known
    key_id        uuid,
    attempts      integer     not null default 0,
    claimed_until timestamptz,          -- time of the database
    constraint due_key primary key (request_id, kind)
);

-- claiming costs by what is due, not by what is pending
create index due_order on due (due_at);

-- one row: how far the projection has come in the feed
create table due_position (
    only_row   boolean not null default true,
    generation bigint  not null,
    at_transaction bigint not null,
    position   bigint  not null,
    constraint due_position_key primary key (only_row),
    constraint due_position_one check (only_row)
);

insert into due_position (generation, at_transaction, position) values (0, 0, 0);
