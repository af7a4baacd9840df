-- What holds now for a person, by the keyed hash of one identifier. Made of the journal, which has no hashes:
-- to make it again, 'update standing_table set whole = false'. Whoever asks meanwhile is told to come back.
create table standing (
    controller      text        not null,
    person          text        not null, -- keyed hash, purpose STANDING
    use             text        not null,
    channel         text        not null, -- empty for all
    fact            uuid        not null,
    stance          text        not null,
    origin          text        not null,
    since           timestamptz not null, -- legal time
    ask_again_from  timestamptz,
    never_ask_again boolean     not null,
    rule            text        not null,
    constraint standing_place primary key (controller, person, use, channel),
    constraint standing_fact unique (fact),
    constraint standing_stance check (stance in ('YES', 'NO'))
);

-- The first of two steps back in, until the second comes or its time is over.
create table standing_opt_in (
    fact       uuid        not null,
    opt_in     uuid        not null,
    controller text        not null,
    person     text        not null,
    until      timestamptz not null, -- legal time
    constraint standing_opt_in_key primary key (fact)
);
create index standing_opt_in_of on standing_opt_in (opt_in);
create index standing_opt_in_until on standing_opt_in (until);

-- Keys of facts that have ended: to be destroyed.
create table standing_key (
    fact       uuid not null,
    controller text not null,
    constraint standing_key_of primary key (fact)
);

create table standing_table (
    whole boolean not null
);
insert into standing_table (whole) values (true);
