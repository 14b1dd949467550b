-- Persons put marks on the plan.
CREATE TABLE mark (
    incident TEXT NOT NULL,
    id TEXT NOT NULL,
    seen_at REAL NOT NULL,
    -- The whole mark as `wire.marks.write_mark` writes it.
    words TEXT NOT NULL,
    PRIMARY KEY (incident, id)
) STRICT, WITHOUT ROWID;
ALTER TABLE action ADD COLUMN mark TEXT;
CREATE INDEX action_of_mark ON action (id) WHERE mark IS NOT NULL AND source IS NULL;
