"""What the receivers of one endpoint were sent by which number, and what they took.

A receiver may take two events with one number for a repeat, and drop the second; so a number never
serves twice before all others have, and an event keeps its own through tries and restarts.  What
one receiver took, its stand-in at the same centre is not told again: a dispatcher would see a
second alarm.

No alarm waits for the disk: a thread writes down, synced, what was decided in memory.  A start
skips some numbers, for as many may have left unwritten.
"""

import atexit
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, Final

from gateway.formats.dc09.frame import LAST_SEQUENCE
from gateway.work import Way
from service.guard import guarded

log = logging.getLogger(__name__)

GAP: Final = 20
# Far more than the events of all incidents that can be open at once.
_MOST_TAKEN: Final = 20_000
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS line (way TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sent (
    way TEXT, event TEXT, number INTEGER NOT NULL, PRIMARY KEY (way, event)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS taken (event TEXT UNIQUE);
"""

_Statement = tuple[str, tuple[str | int, ...]]


class Ledger:
    """The events of one endpoint; each way asks from a thread of its own.

    A file that cannot be used is logged and stops no alarm: then numbers begin anew.
    """

    def __init__(self, path: Path, put: Callable[[Any], None]) -> None:
        self._path = path
        self._put = put
        self._last: dict[str, int] = {}
        self._sent: dict[tuple[str, str], int] = {}
        self._taken: dict[str, None] = {}
        self._unwritten: SimpleQueue[_Statement] = SimpleQueue()
        self._news = Event()
        self._writing = Lock()
        self._thread: Thread | None = None
        try:
            self._load()
        except sqlite3.Error as error:
            log.error("%s cannot be read, sequence numbers begin anew: %s", path.name, error)

    def start(self) -> None:
        """Begin to write down; a second call does nothing."""
        if self._thread is None:
            run = guarded(self._run, self._put)
            self._thread = Thread(target=run, name="dc09-ledger", daemon=True)
            self._thread.start()
            # Whoever stops us in order must not have the last event told twice.
            atexit.register(self._keep)

    def number(self, way: Way, event: str) -> int:
        """Return the number of `event`: that of its earlier tries by this way, or the next one."""
        known = self._sent.get((way, event))
        if known is None:
            known = self._sent[way, event] = self.passing(way)
            self._write("INSERT OR REPLACE INTO line VALUES (?, ?)", way, known)
            self._write("INSERT OR REPLACE INTO sent VALUES (?, ?, ?)", way, event, known)
        return known

    def passing(self, way: Way) -> int:
        """Return the next number, for what need not be remembered."""
        self._last[way] = self._last.get(way, 0) % LAST_SEQUENCE + 1
        return self._last[way]

    def take(self, event: str) -> None:
        """The centre took `event`."""
        self._taken[event] = None
        for key in [key for key in list(self._sent) if key[1] == event]:
            self._sent.pop(key, None)
        self._write("INSERT OR IGNORE INTO taken VALUES (?)", event)
        self._write("DELETE FROM sent WHERE event = ?", event)
        while len(self._taken) > _MOST_TAKEN:
            self._taken.pop(next(iter(self._taken)))

    def has_taken(self, event: str) -> bool:
        """True if the centre took `event`."""
        return event in self._taken

    def flush(self) -> None:
        """Write down what is not yet; raises sqlite3.Error."""
        # Whoever comes second waits until what the first one took is written.
        with self._writing:
            self._commit(self._waiting())

    def _write(self, sql: str, *values: str | int) -> None:
        self._unwritten.put((sql, values))
        self._news.set()

    def _waiting(self) -> list[_Statement]:
        found: list[_Statement] = []
        while not self._unwritten.empty():
            found.append(self._unwritten.get())
        return found

    def _run(self) -> None:
        while True:
            self._news.wait()
            self._news.clear()
            self._keep()

    def _keep(self) -> None:
        try:
            self.flush()
        except sqlite3.Error as error:
            log.warning("sequence numbers could not be kept on disk: %s", error)

    def _commit(self, statements: list[_Statement]) -> None:
        if not statements:
            return
        with closing(self._open()) as db, db:
            for sql, values in statements:
                db.execute(sql, values)
            db.execute(
                "DELETE FROM taken WHERE rowid <= (SELECT max(rowid) FROM taken) - ?",
                (_MOST_TAKEN,),
            )

    def _load(self) -> None:
        with closing(self._open()) as db:
            for way, last in db.execute("SELECT way, last FROM line"):
                self._last[way] = (last + GAP - 1) % LAST_SEQUENCE + 1
            for way, event, number in db.execute("SELECT way, event, number FROM sent"):
                self._sent[way, event] = number
            for (event,) in db.execute("SELECT event FROM taken ORDER BY rowid"):
                self._taken[event] = None

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=5.0)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.executescript(_SCHEMA)
        return db
