"""The sequence numbers of what the receivers of one endpoint were sent, and what they took.

A receiver may take two events with one number for a repeat, and drop the second; so a number never
serves twice before all others have, and an event keeps its own through retries and restarts.  What
one receiver took is not sent to its stand-in at the same centre: a dispatcher would see a second
alarm.

No alarm waits for the disk: a thread writes, synced, what was decided in memory, and tries again
what a disk refused.  A start skips some numbers, because as many may have been used and not
written.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from gateway.core.formats.dc09.frame import LAST_SEQUENCE
from gateway.core.values import ChannelId
from service.owners import acting_for
from service.periodic import Periodic
from service.slow_disk import ask_disk
from wire.ids import Seconds

log = logging.getLogger(__name__)

GAP: Final = 20
# After a restore: as far from what was used since the copy as from what comes after it.
_HALF: Final = LAST_SEQUENCE // 2
# Far more than the events of all incidents that can be open at once.
_MOST_TAKEN: Final = 20_000
# The thread is woken by each change.
_AT_LEAST_EVERY: Final = Seconds(60.0)
_AFTER_FAILURE: Final = Seconds(2.0)
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS line (way TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sent (
    way TEXT, event TEXT, number INTEGER NOT NULL, PRIMARY KEY (way, event)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS taken (event TEXT UNIQUE);
"""

# What is to be written, by what it is about: a disk that is full for long costs no more memory.
_Key = tuple[str, ...]
_Statement = tuple[str, tuple[str | int, ...]]


class SequenceStore:
    """The events of one endpoint; each channel asks from a thread of its own.

    A file that cannot be used is logged and stops no alarm: then numbers begin anew.
    """

    def __init__(self, path: Path, put: Callable[[Any], None]) -> None:
        self._path = path
        self._last: dict[str, int] = {}
        self._sent: dict[tuple[str, str], int] = {}
        self._taken: dict[str, None] = {}
        self._unwritten: dict[_Key, list[_Statement]] = {}
        self._deciding = threading.Lock()
        self._writing = threading.Lock()
        self._failure = ""
        self._periodic = Periodic("dc09-store", _AT_LEAST_EVERY, self._keep, put)
        self._is_started = False
        try:
            self._last, self._sent, taken = ask_disk(self._read, (sqlite3.Error,))
            self._taken = dict.fromkeys(taken)
        except (sqlite3.Error, TimeoutError) as error:
            log.error("%s cannot be read, sequence numbers begin anew: %s", path.name, error)

    def start(self) -> None:
        """Begin to write down; a second call does nothing."""
        if not self._is_started:
            self._is_started = True
            self._periodic.start()

    def stop(self, within: float) -> None:
        """Write down what is left, so that the centre does not have the last event told twice, or
        give up after `within` seconds: a disk may hang.
        """
        last = threading.Thread(target=self._keep, name="dc09-store-last", daemon=True)
        last.start()
        last.join(within)

    def number(self, channel: ChannelId, event: str) -> int:
        """Return the number of `event`: that of an earlier try by this channel, or the next."""
        known = self._sent.get((channel, event))
        if known is None:
            known = self._sent[channel, event] = self.next_number(channel)
            line = ("INSERT OR REPLACE INTO line VALUES (?, ?)", (channel, known))
            sent = ("INSERT OR REPLACE INTO sent VALUES (?, ?, ?)", (channel, event, known))
            self._write({("line", channel): [line], ("sent", channel, event): [sent]})
        return known

    def next_number(self, channel: ChannelId) -> int:
        """Return the next number, for what need not be remembered."""
        self._last[channel] = self._last.get(channel, 0) % LAST_SEQUENCE + 1
        return self._last[channel]

    def mark_taken(self, event: str) -> None:
        """The centre took `event`."""
        self._taken[event] = None
        for key in [key for key in list(self._sent) if key[1] == event]:
            self._sent.pop(key, None)
            self._discard(("sent", *key))
        taken = ("INSERT OR IGNORE INTO taken VALUES (?)", (event,))
        self._write({("taken", event): [taken, ("DELETE FROM sent WHERE event = ?", (event,))]})
        while len(self._taken) > _MOST_TAKEN:
            oldest = next(iter(self._taken))
            self._taken.pop(oldest)
            self._discard(("taken", oldest))

    def has_taken(self, event: str) -> bool:
        """True if the centre took `event`."""
        return event in self._taken

    def flush(self) -> None:
        """Write down what is not yet; raises sqlite3.Error, and then keeps it for the next call."""
        # The second caller waits until what the first one took is written.
        with self._writing:
            with self._deciding:
                batch = dict(self._unwritten)
            self._commit(batch)
            with self._deciding:
                for key, statements in batch.items():
                    if self._unwritten.get(key) is statements:
                        del self._unwritten[key]

    def _write(self, statements: dict[_Key, list[_Statement]]) -> None:
        with self._deciding:
            self._unwritten |= statements
        self._periodic.wake()

    def _discard(self, key: _Key) -> None:
        with self._deciding:
            self._unwritten.pop(key, None)

    def _keep(self) -> None:
        try:
            self.flush()
        except sqlite3.Error as error:
            self._periodic.every = _AFTER_FAILURE
            if str(error) != self._failure:
                log.warning("sequence numbers could not be kept on disk: %s", error)
            self._failure = str(error)
        else:
            self._periodic.every = _AT_LEAST_EVERY
            self._failure = ""

    def _commit(self, batch: dict[_Key, list[_Statement]]) -> None:
        if not batch:
            return
        with closing(self._open()) as db, db:
            for statements in batch.values():
                for sql, values in statements:
                    db.execute(sql, values)
            db.execute(
                "DELETE FROM taken WHERE rowid <= (SELECT max(rowid) FROM taken) - ?",
                (_MOST_TAKEN,),
            )

    def _read(self) -> tuple[dict[str, int], dict[tuple[str, str], int], list[str]]:
        with closing(self._open()) as db:
            last = dict(db.execute("SELECT way, last FROM line"))
            sent = db.execute("SELECT way, event, number FROM sent").fetchall()
            taken = [event for (event,) in db.execute("SELECT event FROM taken ORDER BY rowid")]
        skipped = {way: (number + GAP - 1) % LAST_SEQUENCE + 1 for way, number in last.items()}
        return skipped, {(way, event): number for way, event, number in sent}, taken

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=5.0)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.executescript(_SCHEMA)
        return db


def skip_half(path: Path) -> None:
    """Go on half of all numbers later: the file at `path` is older than what a receiver was sent.

    Raises OSError or sqlite3.Error.
    """
    with acting_for(path.parent), closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE line SET last = (last + ? - 1) % ? + 1", (_HALF, LAST_SEQUENCE))
