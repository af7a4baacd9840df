-- Where letters about a request go: sealed, as the requester gave it and as it was proved. Gone with the end of the request.
create table correspondent (
    request_id uuid primary key,
    controller text not null,
    reply_key uuid,
    reply_ciphertext text,
    contact_key uuid,
    contact_ciphertext text
);

-- One row a letter, written in the transaction of the message that asks for it.
create table letter (
    id uuid primary key,
    event_id uuid not null unique,
    request_id uuid not null,
    controller text not null,
    kind text not null,
    standing text not null check (standing in ('CLAIMED', 'ON_FILE', 'PROVED')),
    -- the announcement as JSON: sealed fields, ids and numbers; null once the letter is on its way
    content bytea,
    address_field text not null,
    address_key uuid,
    address_ciphertext text,
    state text not null check (state in ('WAITING', 'SENDING', 'UNKNOWN', 'SENT', 'UNDELIVERABLE', 'VOID')),
    reason text,
    attempts integer not null default 0,
    lease bigint not null default 0,
    -- real time of the database: when it may be claimed next; while it is claimed, when the lease ends
    due_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    ended_at timestamptz
);

create index letter_due on letter (due_at) where state in ('WAITING', 'SENDING', 'UNKNOWN');
create index letter_request on letter (request_id);

-- Who was written to in the last day: keyed hashes, deleted when older.
create table mailed (
    recipient bytea not null,
    letter_id uuid not null,
    standing text not null,
    mailed_at timestamptz not null default now(),
    primary key (recipient, letter_id)
);

create index mailed_age on mailed (mailed_at);
