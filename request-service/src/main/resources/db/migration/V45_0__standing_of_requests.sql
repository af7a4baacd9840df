-- What stops every use belongs to one request, and several of them may stand beside each other.
alter table standing drop constraint standing_place;
create unique index standing_place on standing (controller, person, use, channel) where use <> 'ALL';
create index standing_person on standing (controller, person);

-- one row: how far requests have been read for what they make stand
create table standing_order_position (
    only_row   boolean not null default true,
    generation bigint  not null,
    at_transaction bigint not null,
    position   bigint  not null,
    constraint standing_order_position_key primary key (only_row),
    constraint standing_order_position_one check (only_row)
);
insert into standing_order_position (generation, at_transaction, position) values (0, 0, 0);
