-- What the gateway keeps.  `user_version` numbers this layout.
CREATE TABLE incident (
    id TEXT PRIMARY KEY,
    opened_at REAL NOT NULL,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    -- The number of the live link that is good; those before it were withdrawn.
    link INTEGER NOT NULL DEFAULT 0,
    -- A word of wire/disposition.py; empty if nobody said what it was.
    disposition TEXT NOT NULL DEFAULT '',
    -- Its id in reports, if the other gateway gave it that; empty if it is its own.
    name TEXT NOT NULL DEFAULT '',
    -- A word of wire/modes.py.
    mode TEXT NOT NULL DEFAULT 'live',
    -- By which exercise it was no emergency at its birth; empty if it always was one.
    exercise TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_of_exercise ON incident (exercise) WHERE exercise <> '';

-- `stage` and `answer` are those of wire/stage.py, of the newest press; a row's presence is RECEIVED.
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
    stage INTEGER NOT NULL DEFAULT 3,
    answer INTEGER NOT NULL DEFAULT 0,
    -- So many of its presses a person saw who said all clear.
    cleared INTEGER NOT NULL DEFAULT 0,
    -- How it was pressed (wire/evidence.py), once that is known.
    held REAL,
    bounces INTEGER,
    uptime REAL
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_of_incident ON alert (incident);

-- Each move of an alert to another incident (wire/moves.py), by the names in reports; `was` is the id here of the
-- incident that it left.
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

-- The presses of an alert after the first, whose times are its row's.  A number that is not here was counted, and
-- nobody knows when it was.
CREATE TABLE press (
    alert TEXT NOT NULL,
    press INTEGER NOT NULL,
    pressed_at REAL,
    received_at REAL NOT NULL,
    PRIMARY KEY (alert, press)
) STRICT, WITHOUT ROWID;

CREATE TABLE ended (
    incident TEXT NOT NULL,
    alert TEXT NOT NULL,
    presses INTEGER NOT NULL,
    PRIMARY KEY (incident, alert)
) STRICT, WITHOUT ROWID;
CREATE INDEX ended_of_alert ON ended (alert);

-- The first receipt of each endpoint for so many presses of an alert.
CREATE TABLE receipt (
    endpoint TEXT NOT NULL,
    alert TEXT NOT NULL,
    presses INTEGER NOT NULL,
    number TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (endpoint, alert, presses)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_of_alert ON receipt (alert);

-- What happened that no other row says: a press is its alert's row or its own, a delivery is its receipt, and both
-- stand in the timeline by that (gateway/store/timeline.py).  `what` is a word of wire/timeline.py.  `side`: where the
-- person of `by` stands, an Answer of wire/stage.py; 0 for the system.  `alert` and `press`: which one it is about.
CREATE TABLE event (
    incident TEXT NOT NULL,
    at REAL NOT NULL,
    what TEXT NOT NULL,
    by TEXT NOT NULL,
    text TEXT NOT NULL DEFAULT '',
    side INTEGER NOT NULL DEFAULT 0,
    alert TEXT NOT NULL DEFAULT '',
    press INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX event_of_incident ON event (incident);
CREATE UNIQUE INDEX event_of_press ON event (alert, press, what) WHERE alert <> '';
CREATE UNIQUE INDEX event_of_link ON event (incident, text) WHERE what = 'link-made';

-- Marks on the plan, as many of an incident as wire/marks.py keeps.
CREATE TABLE mark (
    incident TEXT NOT NULL,
    id TEXT NOT NULL,
    seen_at REAL NOT NULL,
    -- The whole mark as `wire.marks.write_mark` writes it.
    words TEXT NOT NULL,
    PRIMARY KEY (incident, id)
) STRICT, WITHOUT ROWID;

-- Walk tests, each as `wire.exercise.write_exercise` writes it.
CREATE TABLE exercise (
    id TEXT PRIMARY KEY,
    started_at REAL NOT NULL,
    words TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE trouble (
    name TEXT NOT NULL,
    started REAL NOT NULL,
    detail TEXT NOT NULL,
    ended REAL,
    PRIMARY KEY (name, started)
) STRICT, WITHOUT ROWID;

-- What named persons do through other processes; `what` is a word of gateway/core/incidents/actions.py, `done` is
-- set together with what follows from it.  `answer` numbers it where it came from: heard once for ever.  `side` is
-- where the person stands, an Answer of wire/stage.py.  `detail` is what `what` does not say: of a close its
-- disposition, of a split or a join the id of the incident that alerts go to.  `mark` is the one put or taken back, as
-- `wire.mark_fields.write_marking` writes it.  `file` is the name of the file in which the console left it.  `exercise`: the one to start,
-- as `wire.exercise.write_exercise` writes it.
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
    seen TEXT,
    side INTEGER NOT NULL DEFAULT 1,
    detail TEXT NOT NULL DEFAULT '',
    mark TEXT,
    file TEXT,
    exercise TEXT,
    UNIQUE (source, answer)
) STRICT;
CREATE INDEX action_to_do ON action (id) WHERE done = 0;
CREATE UNIQUE INDEX action_of_file ON action (file) WHERE file IS NOT NULL;
CREATE INDEX action_of_mark ON action (id) WHERE mark IS NOT NULL AND source IS NULL;
