-- A closed incident is told with the presses that it ended, whichever incident they go on in.
CREATE TABLE ended (
    incident TEXT NOT NULL,
    alert TEXT NOT NULL,
    presses INTEGER NOT NULL,
    PRIMARY KEY (incident, alert)
) STRICT, WITHOUT ROWID;
