-- Which data map of each controller the others were told of last. A restored database tells anew, in its new generation.
create table data_map_in_effect (
    controller text primary key,
    version    text not null,
    generation bigint not null,
    since      timestamptz not null          -- legal time
);

-- What was decided and can not be planned is given back to whoever decides, and is stored anew when that was done.
alter table fulfillment_order drop constraint fulfillment_order_state_check;
alter table fulfillment_order add constraint fulfillment_order_state_check
    check (state in ('PLANNING', 'PLANNED', 'PARKED', 'GIVEN_BACK', 'ENDED', 'DONE'));

-- Those that were parked for it before are looked at once more, and given back if the map still lacks the name.
update fulfillment_order set state = 'PLANNING', attempts = 0, next_try = now()
 where state = 'PARKED' and reason = 'withheld-not-in-the-map';
