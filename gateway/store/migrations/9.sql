-- A person who closes an incident says what it was.
ALTER TABLE incident ADD COLUMN disposition TEXT NOT NULL DEFAULT '';
ALTER TABLE action ADD COLUMN detail TEXT NOT NULL DEFAULT '';
