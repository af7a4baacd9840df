-- What an erasure kept until a day is erased when that day has come: one row for each store and day. Which records those are lies
-- frozen and sealed in chunk; nothing here says whose they are.
create table follow_up (
    follow_up_id uuid primary key,
    task_id      uuid not null references task, -- the erasure that kept them
    request_id   uuid not null references fulfillment_order,
    controller   text not null,
    store        text not null,
    until        date not null,                 -- the first day on which nothing kept them, as it was frozen
    due_on       date not null,                 -- later, where something keeps a part of them longer by then
    due_at       timestamptz not null,          -- legal time: the beginning of that day
    state        text not null check (state in ('WAITING', 'READY', 'READ_BACK', 'PARKED', 'DONE')),
    pass         int not null default 1,
    sweep        int not null default 1,
    reason       text,
    detail       text,                          -- which field or collection, never a value
    delayed      boolean not null default false,
    attempts     int not null default 0,
    next_try     timestamptz not null default now(),
    lease_number bigint not null default 0,
    lease_until  timestamptz,
    unique (task_id, until)
);
create index follow_up_waiting on follow_up (due_at) where state = 'WAITING';
create index follow_up_to_do on follow_up (next_try) where state in ('READY', 'READ_BACK');
-- counted for metrics; what waits for its day grows with the years
create index follow_up_open on follow_up (state) where state not in ('WAITING', 'DONE');

-- Chunks of which everything was erased that nothing kept. done is the resume mark; the rest is for the repair of a restored backup.
create table follow_up_chunk (
    follow_up_id uuid not null references follow_up on delete cascade,
    collection   text not null,
    number       int not null,
    done         boolean not null,
    erased_at    timestamptz not null,
    until        timestamptz,                   -- when no older backup remains; absent where the map does not say
    primary key (follow_up_id, collection, number)
);

-- Erasures that were done before are followed up as well. Their zone is not known here: a day later it has begun everywhere.
insert into follow_up (follow_up_id, task_id, request_id, controller, store, until, due_on, due_at, state)
select gen_random_uuid(), t.task_id, t.request_id, t.controller, t.store, k.until, k.until,
       (k.until + 1)::timestamp at time zone 'UTC', 'WAITING'
  from task t
  join (select distinct task_id, until from planned_keep where until is not null) k on k.task_id = t.task_id
 where t.kind = 'ERASE' and t.state = 'DONE' and not t.recipient;
