-- Persons say more than `confirm` and `close`, in words of their own; live links can be withdrawn.
ALTER TABLE incident ADD COLUMN link INTEGER NOT NULL DEFAULT 0;
ALTER TABLE event ADD COLUMN text TEXT NOT NULL DEFAULT '';
ALTER TABLE action RENAME TO action_before;
CREATE TABLE action (
    id INTEGER PRIMARY KEY,
    incident TEXT NOT NULL,
    what TEXT NOT NULL,
    by TEXT NOT NULL CHECK (length(by) BETWEEN 1 AND 80),
    text TEXT NOT NULL DEFAULT '' CHECK (length(text) <= 500),
    at REAL NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    source TEXT,
    answer INTEGER,
    UNIQUE (source, answer)
) STRICT;
INSERT INTO action (id, incident, what, by, at, done)
    SELECT id, incident, what, by, at, done FROM action_before;
DROP TABLE action_before;
CREATE INDEX action_to_do ON action (id) WHERE done = 0;
