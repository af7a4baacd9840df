-- ends that a year without calendar data was read strictly for: counted again at the next start
alter table due add column provisional boolean not null default false;

create index due_provisional on due (request_id) where provisional;
