-- Each intake binds two keys that were made ahead. As long as an index looks at what changes then (request_id, state), each binding writes the row anew
-- elsewhere, with an entry in every index, and leaves wrapped keys behind until the next vacuum; without one, and with room beside each row, the row is
-- changed where it lies. Nothing looks for keys by request; who sweeps the pool looks at what was made within some months.
CREATE INDEX data_key_made ON data_key (created_at);
CREATE INDEX data_key_under_kek ON data_key (kek_id);
DROP INDEX data_key_of_request;
DROP INDEX data_key_pooled;
DROP INDEX data_key_of_kek;
ALTER TABLE data_key SET (fillfactor = 50);
