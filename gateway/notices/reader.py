"""Reads what was told to whom, for the pages, by a connection that cannot write."""

from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from gateway.store.read_only import open_read_only
from wire.ids import Wall

_MOST: Final = 500
# Of one person the newest notice that a carrier took, and how many tries took none.
_TOLD: Final = (
    "SELECT person, max(iif(reached, n.at, NULL)), max(over), sum(NOT reached AND ended IS NOT"
    " NULL), group_concat(DISTINCT iif(reached, substr(carrier, 3), NULL)) FROM notice n"
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
    none did yet.  `carriers` are kinds of those that took one, as `mailtos, twilio`.
    """

    person: str
    at: Wall | None
    over: bool
    failures: int
    carriers: str


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
        found = self._rows(_BEGAN, matter, started)
        return [
            ToldPerson(person, at, bool(over), failures, (carriers or "").replace(",", ", "))
            for (since,) in found
            for person, at, over, failures, carriers in self._rows(_TOLD, matter, since, _MOST)
        ]

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
