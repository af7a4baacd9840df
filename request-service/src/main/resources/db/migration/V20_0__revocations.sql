-- Tokens that are not believed any more: those of this holder at this controller, issued until then.
create table revocation (
    kind       text        not null,
    subject    text        not null,
    controller text        not null,
    revoked_at timestamptz not null, -- legal time for a requester, else that of the database
    actor      text        not null,
    noted_at   timestamptz not null default clock_timestamp(),
    constraint revocation_key primary key (kind, subject, controller),
    constraint revocation_kind check (kind in ('REQUESTER', 'STAFF'))
);
