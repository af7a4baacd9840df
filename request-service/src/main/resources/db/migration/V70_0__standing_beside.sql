-- The no of a request may end with it, so it stands beside whatever else says no; only what is said by word, signal or consent has one place.
drop index standing_place;
create unique index standing_place on standing (controller, person, use, channel) where use <> 'ALL' and origin <> 'REQUEST';
