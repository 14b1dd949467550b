-- Each further press of an alert has its own times.  Of those before this layout only the number is known.
CREATE TABLE press (
    alert TEXT NOT NULL,
    press INTEGER NOT NULL,
    pressed_at REAL,
    received_at REAL NOT NULL,
    PRIMARY KEY (alert, press)
) STRICT, WITHOUT ROWID;
