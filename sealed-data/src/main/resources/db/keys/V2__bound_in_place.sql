-- Each intake binds two keys that were made ahead. As long as an index looks at what changes then (request_id, state), each binding writes the row anew
-- elsewhere, with an entry in every index, and leaves wrapped keys behind until the next vacuum; without one, and with room beside each row, the row is
-- changed where it lies. Nothing looks for keys by request; who sweeps the pool looks at the whole table, once an hour.
DROP INDEX data_key_of_request;
DROP INDEX data_key_pooled;
DROP INDEX data_key_of_kek;
CREATE INDEX data_key_of_kek ON data_key (kek_id);
ALTER TABLE data_key SET (fillfactor = 50);

-- Asked once for each of a hundred keys that are made together; whoever makes or moves keys locks the row of the key-encryption key in the same transaction
-- (KeyTable), and such rows are never deleted.
ALTER TABLE data_key DROP CONSTRAINT data_key_kek_id_fkey;
