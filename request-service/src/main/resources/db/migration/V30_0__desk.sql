-- The queue of the desk, projected from the events of requests; can be thrown away and made again from the feed. Nothing of a person.
create table desk_request (
    request_id   uuid        not null,
    controller   text        not null,
    reference    text        not null,
    asked_right  text        not null,
    capacity     text        not null,
    jurisdiction text        not null,
    profile      text        not null,
    state        text        not null,
    role         text,                 -- who has to decide
    reason       text,
    received_at  timestamptz not null, -- legal time
    entered_at   timestamptz not null,
    channel      text,
    due_at       timestamptz not null, -- of the answer
    constraint desk_request_key primary key (request_id)
);

create index desk_request_due on desk_request (controller, due_at, request_id);
create index desk_request_state on desk_request (controller, state, due_at, request_id);

-- one row: how far the projection has come in the feed
create table desk_position (
    only_row   boolean not null default true,
    generation bigint  not null,
    at_transaction bigint not null,
    position   bigint  not null,
    constraint desk_position_key primary key (only_row),
    constraint desk_position_one check (only_row)
);

insert into desk_position (generation, at_transaction, position) values (0, 0, 0);
