-- By which the record that was read last is known again; places of before have none.
alter table audit_position add column digest bytea;
