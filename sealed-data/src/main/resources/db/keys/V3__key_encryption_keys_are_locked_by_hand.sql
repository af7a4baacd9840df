-- The constraint asked once for each of a hundred keys that are made together. Whoever makes or moves keys locks the row of the key-encryption key in the
-- same transaction (KeyTable), and such rows are never deleted. In the order in which they lock, since an older copy may be making keys meanwhile.
LOCK TABLE key_encryption_key IN ACCESS EXCLUSIVE MODE;
ALTER TABLE data_key DROP CONSTRAINT data_key_kek_id_fkey;
