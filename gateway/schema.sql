-- What the gateway keeps.  `user_version` numbers this layout.
CREATE TABLE incident (
    id TEXT PRIMARY KEY,
    opened_at REAL NOT NULL,
    version INTEGER NOT NULL,
    status TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- `stage` is that of wire/stage.py; a row's presence is RECEIVED.
CREATE TABLE alert (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    room TEXT NOT NULL,
    name TEXT NOT NULL,
    floor TEXT NOT NULL,
    building TEXT NOT NULL,
    pressed_at REAL NOT NULL,
    received_at REAL NOT NULL,
    presses INTEGER NOT NULL,
    doubts TEXT NOT NULL,
    stage INTEGER NOT NULL DEFAULT 3
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_of_incident ON alert (incident);

CREATE TABLE receipt (
    endpoint TEXT NOT NULL,
    alert TEXT NOT NULL,
    presses INTEGER NOT NULL,
    number TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (endpoint, alert)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    incident TEXT NOT NULL,
    at REAL NOT NULL,
    what TEXT NOT NULL,
    by TEXT NOT NULL
) STRICT;
CREATE INDEX event_of_incident ON event (incident);

CREATE TABLE trouble (
    name TEXT NOT NULL,
    started REAL NOT NULL,
    detail TEXT NOT NULL,
    ended REAL,
    PRIMARY KEY (name, started)
) STRICT, WITHOUT ROWID;

-- What named persons ask for through other processes; `done` once the gateway has heard it.
CREATE TABLE action (
    id INTEGER PRIMARY KEY,
    incident TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('confirm', 'close')),
    by TEXT NOT NULL CHECK (length(by) BETWEEN 1 AND 80),
    at REAL NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
) STRICT;
