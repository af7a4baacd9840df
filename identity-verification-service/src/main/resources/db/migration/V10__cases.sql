-- Times marked legal are in legal time; due_at is real time of the database.
create table verification_case (
    request_id uuid primary key,
    controller text not null,
    identity_key uuid not null,
    case_key uuid not null,
    state text not null check (state in ('OPEN', 'PASSED', 'FAILED', 'ENDED')),
    identity_by timestamptz not null, -- legal

    -- what the requester says, sealed; gone when the case leaves OPEN
    claims_key uuid,
    claims_ciphertext text,

    -- what the directory said; MANY is a conflict that only we know of
    match text check (match in ('NONE', 'ONE', 'MANY')),
    proved_key uuid,
    proved_ciphertext text,
    contact_key uuid,
    contact_ciphertext text,
    account boolean,

    -- the code that holds; where there is nobody to send one to, a hash that no code has
    code_purpose text check (code_purpose in ('IDENTITY', 'FRESH_PROOF')),
    code_hash text,
    code_expires_at timestamptz, -- legal
    tries_left integer not null,
    codes integer not null,
    next_code_at timestamptz not null, -- legal
    drawn integer not null default 0, -- since the beginning; the number of a challenge only grows
    fresh_codes integer not null default 0,
    fresh_day date, -- legal, UTC

    -- a client that lost the answer to the right code may ask once more, for a moment
    proved_at timestamptz, -- legal
    repeat_purpose text,
    repeat_hash text,
    repeat_until timestamptz, -- legal

    -- what is to be done, and by whom
    work text check (work in ('LOOK_UP', 'ISSUE')),
    due_at timestamptz not null default now(),
    attempts integer not null default 0,
    lease bigint not null default 0,
    created_at timestamptz not null default now()
);

create index verification_case_due on verification_case (due_at) where work is not null;
create index verification_case_open on verification_case (identity_by) where state = 'OPEN';
