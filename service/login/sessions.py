"""The sessions and known browsers in the file of accounts; they survive a restart.

A lock of its own and a connection of its own: who is logged in waits for no password check.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from service.login.database import LoginDatabase
from service.login.session import Lasting, Session, id_of
from wire.clean import clean
from wire.ids import Wall

log = logging.getLogger(__name__)

_MOST_SESSIONS: Final = 10  # of one account
_MOST_BROWSERS: Final = 20
_MOST_EVENTS: Final = 20_000
_TOUCH_EVERY: Final = 60.0
_LONGEST_AGENT: Final = 160
_FIND: Final = """
SELECT s.id, s.name, p.role, s.began, s.seen, s.proved, s.by_code,
       s.name IN (SELECT name FROM factor UNION SELECT name FROM passkey)
FROM session s JOIN person p ON p.name = s.name WHERE """
_OVERFLOW: Final = """
DELETE FROM {0} WHERE name = ?1 AND id NOT IN
  (SELECT id FROM {0} WHERE name = ?1 ORDER BY seen DESC LIMIT ?2)"""


class Where(NamedTuple):
    """Where a session was begun: the network address, and the browser by its own word."""

    address: str
    browser: str


class Sessions:
    """The sessions of the accounts at `path`; each method may raise sqlite3.Error.

    `choose` returns a text that nobody can guess.
    """

    def __init__(
        self, path: Path, roles: Sequence[str], lasting: Lasting, choose: Callable[[], str]
    ) -> None:
        self._db = LoginDatabase(path, roles)
        self._lasting = lasting
        self._choose = choose
        self._someone = False

    def has_accounts(self) -> bool:
        """True once there is an account: the last one of those who keep it is never removed."""
        if not self._someone:
            self._someone = bool(self._db.rows("SELECT 1 FROM person LIMIT 1"))
        return self._someone

    def begin(self, name: str, where: Where, by_code: bool, now: Wall) -> str:
        """Open a session under a secret that nobody has seen before, whatever a browser sent."""
        secret = self._choose()
        browser = clean(where.browser)[:_LONGEST_AGENT]
        row = (id_of(secret), name, where.address, browser, now, now, now, by_code)
        with self._db.transaction():
            self._db.change("DELETE FROM session WHERE began < ?", now - self._lasting.longest)
            self._db.change("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *row)
            self._db.change(_OVERFLOW.format("session"), name, _MOST_SESSIONS)
        return secret

    def find(self, secret: str, now: Wall) -> Session | None:
        """Return the session and extend it; None if there is none, or it is over."""
        found = self._sessions("s.id = ?", id_of(secret))
        if not found or not found[0].lasts(self._lasting, now):
            return None
        if abs(now - found[0].seen) >= _TOUCH_EVERY:
            self._db.change("UPDATE session SET seen = ? WHERE id = ?", now, found[0].id)
        return found[0]

    def of(self, name: str, now: Wall) -> list[tuple[Session, Where]]:
        """Return the sessions of one account that are not over, the one used last first."""
        found = self._sessions("s.name = ? ORDER BY s.seen DESC", name)
        rows = self._db.rows("SELECT id, address, browser FROM session WHERE name = ?", name)
        places = {key: Where(address, browser) for key, address, browser in rows}
        nowhere = Where("", "")
        good = [each for each in found if each.lasts(self._lasting, now)]
        return [(each, places.get(each.id, nowhere)) for each in good]

    def prove(self, session: Session, by_code: bool, now: Wall) -> None:
        """Its person gave the password once more, and the code if `by_code`."""
        sql = "UPDATE session SET proved = ?, by_code = max(by_code, ?) WHERE id = ?"
        self._db.change(sql, now, by_code, session.id)

    def has_code(self, session: Session) -> None:
        """Its person has just shown the second factor that they set up; no password came along."""
        self._db.change("UPDATE session SET by_code = 1 WHERE id = ?", session.id)

    def end(self, secret: str) -> None:
        """Log out."""
        self._db.change("DELETE FROM session WHERE id = ?", id_of(secret))

    def end_of(self, name: str, key: str, keep: bytes) -> int:
        """End that person's session `key` (hex), or with an empty one all but `keep`."""
        if key:
            sql = "DELETE FROM session WHERE name = ? AND hex(id) = ?"
            return self._db.change(sql, name, key.upper())
        return self._db.change("DELETE FROM session WHERE name = ? AND id <> ?", name, keep)

    def forget_others(self, session: Session, browser: str) -> None:
        """End that person's other sessions, and know no browser of theirs but that of a secret."""
        self.end_of(session.name, "", session.id)
        sql = "DELETE FROM browser WHERE name = ? AND id <> ?"
        self._db.change(sql, session.name, id_of(browser))

    def know_browser(self, name: str, secret: str, now: Wall) -> str:
        """Return the secret by which this browser is known to `name`: its own, or a new one."""
        known = secret if self.is_known(name, secret) else self._choose()
        with self._db.transaction():
            row = (id_of(known), name, now)
            self._db.change("INSERT OR REPLACE INTO browser VALUES (?, ?, ?)", *row)
            self._db.change(_OVERFLOW.format("browser"), name, _MOST_BROWSERS)
        return known

    def forget_browser(self, secret: str) -> None:
        """Know the browser that holds this secret no more."""
        self._db.change("DELETE FROM browser WHERE id = ?", id_of(secret))

    def is_known(self, name: str, secret: str) -> bool:
        """True if `name` has logged in before by the browser that holds this secret."""
        sql = "SELECT 1 FROM browser WHERE id = ? AND name = ?"
        return bool(secret and self._db.rows(sql, id_of(secret), name))

    async def keep_event(self, what: str, by: str, text: str) -> None:
        """Write a security event down, for a process that has no other books.

        Where that fails it stands in the log alone: nobody is kept out by it.
        """
        try:
            await asyncio.to_thread(self._keep_event, what, by, text, Wall(time.time()))
        except sqlite3.Error as error:
            log.warning("%s of %s could not be written down: %s", what, clean(by), error)

    def _keep_event(self, what: str, by: str, text: str, now: Wall) -> None:
        with self._db.transaction():
            row = (now, what, clean(by), clean(text))
            self._db.change("INSERT INTO security VALUES (NULL, ?, ?, ?, ?)", *row)
            newest = self._db.rows("SELECT max(number) FROM security")[0][0]
            oldest = newest - _MOST_EVENTS
            self._db.change("DELETE FROM security WHERE number <= ?", oldest)

    def events(self, most: int) -> list[tuple[Wall, str, str, str]]:
        """Return the newest security events, the oldest of them first."""
        sql = "SELECT at, what, by, text FROM security ORDER BY number DESC LIMIT ?"
        return self._db.rows(sql, most)[::-1]

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _sessions(self, which: str, value: object) -> list[Session]:
        rows = self._db.rows(f"{_FIND}{which}", value)
        return [
            Session(key, name, role, began, seen, proved, bool(by_code), bool(has_codes))
            for key, name, role, began, seen, proved, by_code, has_codes in rows
        ]
