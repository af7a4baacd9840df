-- The names in the data map that counts for a controller, as fulfillment told them last; no secrets, and nothing about a person.
create table known_data_map (
    controller  text primary key,
    version     text not null,
    came        text not null,
    since       timestamptz not null,        -- legal time
    collections text not null                -- JSON: stores, collections, fields, categories
);
