-- What was told to whom.  `user_version` numbers this layout.
-- The people as the settings name them now; `carriers` is their number.
CREATE TABLE person (
    name TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    alarms INTEGER NOT NULL,
    carriers INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A notice is written before it is sent: none is sent twice under one number.  `matter` is the name of a trouble or the
-- id of an incident, `since` its beginning; `level` is that of wire/trouble.py; `over`: it says that it is over.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    matter TEXT NOT NULL,
    since REAL NOT NULL,
    number INTEGER NOT NULL,
    level INTEGER NOT NULL,
    over INTEGER NOT NULL,
    at REAL NOT NULL,
    UNIQUE (person, matter, since, number)
) STRICT;
CREATE INDEX notice_of_matter ON notice (matter, since);

-- Each try of a carrier; `carrier` is its place in the settings and its kind, and never its address.  `ended` is missing
-- while it is tried.
CREATE TABLE attempt (
    notice INTEGER NOT NULL,
    carrier TEXT NOT NULL,
    began REAL NOT NULL,
    ended REAL,
    reached INTEGER NOT NULL DEFAULT 0,
    answer TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (notice, carrier)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_that_runs ON attempt (notice) WHERE ended IS NULL;

-- By which a person takes a matter without logging in: who holds the word is that person, until it is over.
CREATE TABLE link (
    word TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    matter TEXT NOT NULL,
    since REAL NOT NULL,
    over INTEGER NOT NULL DEFAULT 0,
    UNIQUE (person, matter, since)
) STRICT, WITHOUT ROWID;
