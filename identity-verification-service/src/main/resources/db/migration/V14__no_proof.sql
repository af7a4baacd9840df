-- Requests that no proof is asked for: there is no case of theirs, and whoever asks for a code is told so.
create table request_without_proof (
    request_id uuid primary key,
    noted_at timestamptz not null default now()
);
