-- An answer that could not be delivered keeps what it says until an operator has it tried again; when that was, in real time.
alter table letter add column retried_at timestamptz;

create index letter_undeliverable on letter (id) where state = 'UNDELIVERABLE';
