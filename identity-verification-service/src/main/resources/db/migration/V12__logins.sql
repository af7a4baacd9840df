-- Whether a login proves identity as well as a code; the claims then stay, sealed, until the case leaves OPEN.
alter table verification_case add column login boolean not null default false;
-- An HMAC bound to the request: by it whoever logged in is known again.
alter table verification_case add column account_mark text;
