-- What a request orders to stand, or takes back, and could not be followed when the feed told of it: it is tried again by itself.
create table standing_order_put_off (
    request_id uuid        not null,
    sequence   bigint      not null, -- of the fact in the request's stream
    attempts   int         not null,
    due_at     timestamptz not null, -- wall clock
    failure    text        not null, -- a class, never a message
    constraint standing_order_put_off_key primary key (request_id, sequence)
);
create index standing_order_put_off_due on standing_order_put_off (due_at);
