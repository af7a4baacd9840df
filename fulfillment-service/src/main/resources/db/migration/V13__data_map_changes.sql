-- Who proposed a data map and who approved it. Once one was approved, the file in the folder of the controller counts no more.
create table data_map_change (
    change_id   uuid primary key,
    controller  text not null,
    version     text not null,
    content     text not null,               -- references to secrets, never secrets
    base        text,                        -- the version that it is to replace; absent where none was there
    state       text not null check (state in ('PROPOSED', 'IN_FORCE', 'REPLACED', 'OVERTAKEN')),
    proposed_by text not null,
    proposed_at timestamptz not null,        -- legal time, as all of these
    approved_by text,
    approved_at timestamptz,
    ended_at    timestamptz,
    constraint nobody_proposes_and_approves check (approved_by is null or approved_by <> proposed_by),
    constraint in_force_is_approved check (state not in ('IN_FORCE', 'REPLACED') or approved_by is not null)
);
create unique index data_map_in_force on data_map_change (controller) where state = 'IN_FORCE';
create unique index data_map_proposed on data_map_change (controller, version) where state = 'PROPOSED';
