-- Whose requests there were within what a policy counts, by the keyed hash of each proved identifier; what became of them the journal says.
-- Rows go when nothing counts them any more. To make it again, 'update counted_table set whole = false': rows that are there stay, since
-- those whose keys are destroyed can not be made again. Proofs wait meanwhile.
create table counted_request (
    controller text        not null,
    person     text        not null, -- keyed hash, purpose LOOKUP
    request_id uuid        not null,
    kept_until timestamptz not null, -- legal time
    constraint counted_request_key primary key (controller, person, request_id)
);
create index counted_request_until on counted_request (kept_until);

create table counted_table (
    whole boolean not null
);
-- where requests were proved before this table was there, it is filled from the journal first
insert into counted_table (whole)
select not exists (select 1 from event where type = 'request.identity-proved');
