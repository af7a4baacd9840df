-- Which key of a request only somebody proved has codes sealed under; an opaque id, kept since codes follow the end of a request.
create table case_key (
    request_id uuid primary key,
    key uuid not null
);

insert into case_key (request_id, key)
select request_id, coalesce(reply_key, contact_key) from correspondent
 where coalesce(reply_key, contact_key) is not null;

alter table letter drop constraint letter_standing_check;
alter table letter add constraint letter_standing_check
    check (standing in ('CLAIMED', 'ON_FILE', 'ASKED_AGAIN', 'PROVED'));
