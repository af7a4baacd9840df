-- How often the work failed in a way that waiting does not cure.
alter table verification_case add column faults integer not null default 0;
