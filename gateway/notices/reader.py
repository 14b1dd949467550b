"""Reads what was told to whom, for the pages, by a connection that cannot write."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from gateway.store.read_only import open_read_only
from wire.ids import Wall

_MOST: Final = 500
# Of one person the newest notice that a carrier took, and how many tries took none; and when the
# first of them was taken that did not say that it is over.
_TOLD: Final = (
    "SELECT person, max(iif(reached, n.at, NULL)), max(over), sum(NOT reached AND ended IS NOT"
    " NULL), group_concat(DISTINCT iif(reached, substr(carrier, 3), NULL)),"
    " min(iif(reached AND NOT over, ended, NULL)) FROM notice n"
    " JOIN attempt ON notice = n.id WHERE matter = ? AND since = ?"
    " GROUP BY person ORDER BY min(n.at), person LIMIT ?"
)
# It may have begun before this spell of it; one that people were told is over was another.
_BEGAN: Final = (
    "SELECT since FROM notice n WHERE matter = ?1 AND since <= ?2 AND NOT EXISTS (SELECT 1 FROM"
    " notice e WHERE e.matter = ?1 AND e.since = n.since AND over AND e.at < ?2)"
    " ORDER BY since DESC LIMIT 1"
)
# A person who is not told any more hears of no end, which would end the link.
_LINK: Final = (
    "SELECT person, matter, since, over FROM link WHERE word = ?"
    " AND person IN (SELECT name FROM person)"
)
_PEOPLE: Final = "SELECT name, account FROM person WHERE alarms ORDER BY name"


class ToldPerson(NamedTuple):
    """A person who was to be told of a matter.  `at`: when a carrier took the newest notice, None:
    none did yet.  `carriers` are kinds of those that took one, as `mailtos, twilio`.  `first`: when
    a carrier had first taken one, while the matter stood.
    """

    person: str
    at: Wall | None
    over: bool
    failures: int
    carriers: str
    first: Wall | None = None


class LinkTo(NamedTuple):
    """What the link of a notice leads to, and whose it is; `over`: that matter is over."""

    person: str
    matter: str
    since: Wall
    over: bool


class NoticeReader:
    """The record at `path`; before there is one, nobody was told.  Raises sqlite3.Error."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def told(self, matter: str, started: float) -> list[ToldPerson]:
        """Return who was told of the trouble of that name that began at `started`, or of the
        incident of that id.
        """
        (found,) = self.told_each([(matter, started)])
        return found

    def told_each(self, matters: Iterable[tuple[str, float]]) -> list[list[ToldPerson]]:
        """Return the same of several, in their order."""
        if self._path is None or not self._path.exists():
            return [[] for _ in matters]
        with closing(open_read_only(self._path)) as db:
            return [[*_told(db, *matter)] for matter in matters]

    def for_alarms(self) -> list[tuple[str, str]]:
        """Return who is told of alarms, each with their account at the console or an empty text."""
        return [(name, account) for name, account in self._rows(_PEOPLE)]

    def link(self, word: str) -> LinkTo | None:
        """Return where the link with that word leads; None if there is none, or if its person is
        not told any more.
        """
        found = self._rows(_LINK, word)
        for person, matter, since, over in found:
            return LinkTo(person, matter, Wall(since), bool(over))
        return None

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        if self._path is None or not self._path.exists():
            return []
        with closing(open_read_only(self._path)) as db:
            return db.execute(sql, values).fetchall()


def _told(db: sqlite3.Connection, matter: str, started: float) -> Iterator[ToldPerson]:
    for (since,) in db.execute(_BEGAN, (matter, started)).fetchall():
        rows = db.execute(_TOLD, (matter, since, _MOST))
        for person, at, over, failures, carriers, first in rows:
            kinds = (carriers or "").replace(",", ", ")
            yield ToldPerson(person, at, bool(over), failures, kinds, first)
