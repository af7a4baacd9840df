-- What staff cause to be written to a claimed address, and what a machine answers to it, are counted apart from what anybody can cause.
alter table letter drop constraint letter_standing_check;
alter table letter add constraint letter_standing_check
    check (standing in ('CLAIMED', 'ANSWERED', 'BY_STAFF', 'ON_FILE', 'ASKED_AGAIN', 'PROVED'));

-- Mailboxes are counted for each controller; what was mailed before belongs to the controller of its letter.
alter table mailed add column controller text not null default '';
update mailed m set controller = l.controller from letter l where l.id = m.letter_id;

-- A code that finds its mailbox full waits for room: by a keyed hash of the very address, so that the next letter with a code carries it.
alter table letter add column waits_for bytea;

create index letter_waits_for on letter (waits_for) where waits_for is not null and state in ('WAITING', 'UNKNOWN');
