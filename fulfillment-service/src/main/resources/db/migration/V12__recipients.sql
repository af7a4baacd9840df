-- A recipient is told by a task of its own, beside those of the stores.
alter table task add column recipient boolean not null default false;
alter table task drop constraint task_state_check;
alter table task add constraint task_state_check
    check (state in ('DRAFT', 'READY', 'READ_BACK', 'WAITING', 'PARKED', 'DONE', 'CANCELLED'));
create index task_of_recipient on task (controller, store) where recipient and state in ('READY', 'WAITING');

-- What a recipient is told, and how far it is.
create table notice (
    task_id   uuid primary key references task on delete cascade,
    key_id    uuid not null,
    sealed    text not null,                -- identifiers that this recipient was given: sealed JSON under the CASE key
    due_at    timestamptz,                  -- legal time; until when the recipient has to answer
    told_at   timestamptz,                  -- legal time; when it first took the notice
    remind_at timestamptz,                  -- legal time
    reminders int not null default 0,
    asked     int not null default 0,
    askable   boolean not null default true,
    tried_at  timestamptz                   -- real time
);
create index notice_tried on notice (tried_at);

-- An answer counts once.
create table recipient_answer (
    task_id    uuid not null references task on delete cascade,
    message_id text not null,
    primary key (task_id, message_id)
);
