-- An HMAC of the key that the right code was sent under: only a repeat under that key is answered once more.
alter table verification_case add column repeat_key text;
