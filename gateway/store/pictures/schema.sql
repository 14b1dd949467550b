-- Pictures of incidents.  `user_version` numbers this layout.  Times are seconds since 1970, UTC.
CREATE TABLE picture (
    id INTEGER PRIMARY KEY,
    incident TEXT NOT NULL,
    camera TEXT NOT NULL,
    room TEXT NOT NULL,
    taken_at REAL NOT NULL,
    seconds_from_press REAL NOT NULL,
    sha256 TEXT NOT NULL,
    jpeg BLOB NOT NULL,
    UNIQUE (incident, camera, taken_at)
) STRICT;
CREATE INDEX picture_by_age ON picture (taken_at);
