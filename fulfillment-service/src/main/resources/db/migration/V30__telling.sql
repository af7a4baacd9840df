-- Recipients are told of more than erasures: that a use has ended. Such a plan has no stores.
alter table fulfillment_order drop constraint fulfillment_order_kind_check;
alter table fulfillment_order add constraint fulfillment_order_kind_check
    check (kind in ('COLLECT', 'ERASE', 'NOTIFY', 'UNKNOWN'));
alter table task drop constraint task_kind_check;
alter table task add constraint task_kind_check check (kind in ('COLLECT', 'ERASE', 'NOTIFY'));
