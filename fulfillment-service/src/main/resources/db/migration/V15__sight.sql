-- What is not ended is counted for metrics; what is, grows for ever and is not looked at.
create index task_open on task (recipient, state) where state not in ('DONE', 'CANCELLED');
create index fulfillment_order_open on fulfillment_order (state) where state in ('PLANNING', 'PARKED');
