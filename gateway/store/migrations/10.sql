-- Persons split and join incidents, and what is pressed after all clear is another one.
ALTER TABLE alert ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incident ADD COLUMN name TEXT NOT NULL DEFAULT '';
CREATE TABLE move (
    alert TEXT NOT NULL,
    number INTEGER NOT NULL,
    told_to TEXT NOT NULL,
    told_from TEXT NOT NULL,
    by TEXT NOT NULL,
    at REAL NOT NULL,
    was TEXT NOT NULL,
    PRIMARY KEY (alert, number, told_to)
) STRICT, WITHOUT ROWID;
CREATE INDEX move_from ON move (was);
