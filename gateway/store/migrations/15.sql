-- Walk tests: who started one, for which units, and when it ended.
CREATE TABLE exercise (
    id TEXT PRIMARY KEY,
    started_at REAL NOT NULL,
    words TEXT NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE incident ADD COLUMN exercise TEXT NOT NULL DEFAULT '';
CREATE INDEX incident_of_exercise ON incident (exercise) WHERE exercise <> '';
ALTER TABLE action ADD COLUMN exercise TEXT;
