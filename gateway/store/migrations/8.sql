-- Each receipt is kept, and not only that for the newest press.
CREATE TABLE receipt_before AS SELECT * FROM receipt;
DROP TABLE receipt;
CREATE TABLE receipt (
    endpoint TEXT NOT NULL,
    alert TEXT NOT NULL,
    presses INTEGER NOT NULL,
    number TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (endpoint, alert, presses)
) STRICT, WITHOUT ROWID;
INSERT INTO receipt SELECT endpoint, alert, presses, number, at FROM receipt_before;
DROP TABLE receipt_before;
CREATE INDEX receipt_of_alert ON receipt (alert);
-- What the system says of a press it says once.
ALTER TABLE event ADD COLUMN alert TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN press INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX event_of_press ON event (alert, press, what) WHERE alert <> '';
CREATE UNIQUE INDEX event_of_link ON event (incident, text) WHERE what = 'link-made';
CREATE INDEX ended_of_alert ON ended (alert);
