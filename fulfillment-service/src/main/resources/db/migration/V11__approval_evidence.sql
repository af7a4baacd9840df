-- Which event the approval is, and the proof that it stands in the audit log: without it no erasure begins.
alter table fulfillment_order
    add column approval_event    uuid,
    add column approval_sequence bigint not null default -1,
    add column approval_entry    bytea,
    add column approval_proof    text;
