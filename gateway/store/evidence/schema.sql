-- What endpoints acknowledged.  `user_version` numbers this layout.  Times are seconds since 1970, UTC.
-- Documents and receipts, each once, however many endpoints got it.
CREATE TABLE content (
    sha256 TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;

-- A document that an endpoint acknowledged.  `content` and `receipt` name bytes; NULL once they are not kept any more,
-- and `gone` says why.  `place` counts an incident's documents for an endpoint within one `run` of the gateway: a
-- number that is not there is a document that was lost.
CREATE TABLE document (
    id INTEGER PRIMARY KEY,
    incident TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    channel TEXT NOT NULL,
    version INTEGER NOT NULL,
    run REAL NOT NULL,
    place INTEGER NOT NULL,
    media TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    has_pictures INTEGER NOT NULL,
    sent_at REAL NOT NULL,
    answered_at REAL NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    number TEXT NOT NULL,
    content TEXT,
    receipt TEXT,
    gone TEXT NOT NULL DEFAULT '',
    UNIQUE (incident, endpoint, run, place)
) STRICT;
CREATE INDEX document_of_content ON document (content);
CREATE INDEX document_of_receipt ON document (receipt);

-- The presses that an endpoint had by this document, and not before.
CREATE TABLE carried (
    document INTEGER NOT NULL,
    alert TEXT NOT NULL,
    presses INTEGER NOT NULL,
    PRIMARY KEY (document, alert)
) STRICT, WITHOUT ROWID;
CREATE INDEX carried_of_alert ON carried (alert);

-- `what` is a word of gateway/core/moments.py.
CREATE TABLE moment (
    alert TEXT NOT NULL,
    press INTEGER NOT NULL,
    what TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (alert, press, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX moment_by_age ON moment (at);
