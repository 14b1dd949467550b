-- An incident says whether it is an emergency.
ALTER TABLE incident ADD COLUMN mode TEXT NOT NULL DEFAULT 'live';
