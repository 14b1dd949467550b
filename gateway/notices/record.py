"""Keeps what was told to whom, with each attempt and its answer.

The process that tells people writes it, and it alone; the console reads it as a member of its
group (reader.py).
"""

import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path
from typing import Final, NamedTuple, NewType

import service.database
from gateway.core.notices.book import begun_after, ended_as
from gateway.core.notices.matter import MatterKey, MatterName, PersonName
from gateway.core.notices.schedule import Notice, Outcome, Told, Who
from gateway.notices.roster import CarrierName, Member
from gateway.store.group_access import share_database
from service.database import Schema
from service.set_aside import open_or_replace
from wire.ids import Seconds, Wall
from wire.trouble import Level

LAYOUT: Final = 1
_BUSY_S: Final = Seconds(2.0)
# Less than a notice is worth: one that a power cut takes away is sent again.
_PRAGMAS: Final = ("journal_mode = WAL", "synchronous = NORMAL")
_WORD_BYTES: Final = 24
_LEVELS: Final = frozenset(map(int, Level))
_LOST: Final = "not known: the process ended before the carrier answered"

NoticeId = NewType("NoticeId", int)


class TryAnswer(NamedTuple):
    """What a carrier answered to a notice; `words` are safe to show."""

    notice: NoticeId
    carrier: CarrierName
    reached: bool
    words: str


_TOLD: Final = (
    "SELECT person, matter, since, number, level, over, at,"
    " (SELECT count(*) FROM attempt WHERE notice = n.id AND ended IS NULL),"
    " (SELECT coalesce(max(reached), 0) FROM attempt WHERE notice = n.id)"
    " FROM notice n WHERE at > ? ORDER BY person, matter, since, number"
)
_ADD: Final = (
    "INSERT INTO notice (person, matter, since, number, level, over, at) VALUES (?,?,?,?,?,?,?)"
)
_ANSWERED: Final = (
    "UPDATE attempt SET ended = ?, reached = ?, answer = ? WHERE notice = ? AND carrier = ?"
)
_LINK: Final = "SELECT word FROM link WHERE person = ? AND matter = ? AND since = ?"


class Record:
    """The database at `path`, made if it is not there; each method raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._db = open_or_replace(path, _open)

    def people_are(self, people: Iterable[Member]) -> None:
        """Keep who is told, for the console."""
        rows = [(p.name, account, p.alarms, len(carriers)) for p, account, carriers in people]
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM person")
            self._db.executemany("INSERT INTO person VALUES (?,?,?,?)", rows)

    def told(self, after: Wall) -> dict[Who, Told]:
        """Return how each person was told last of each matter, of what was told since.

        A damaged row is left out: who is told twice knows more than who is not told.
        """
        found: dict[Who, Told] = {}
        for row in self._db.execute(_TOLD, (after,)):
            person, matter, since, number, level, over, at, runs, reached = row
            if level not in _LEVELS:
                continue
            key = MatterKey(MatterName(matter), Wall(since))
            notice = Notice(PersonName(person), key, Level(level), number, bool(over))
            who = notice.person, key
            begun = begun_after(found.get(who), notice, Wall(at))
            found[who] = ended_as(begun, _outcome(runs, reached))
        return found

    def begin(
        self, notice: Notice, carriers: Sequence[CarrierName], now: Wall
    ) -> tuple[NoticeId, str]:
        """Write down that a notice goes out, before it does; return its id, and its link's word."""
        name, since = notice.key
        with self._db:
            self._db.execute("BEGIN")
            row = (notice.person, name, since, notice.number, notice.level, notice.over, now)
            number = NoticeId(self._db.execute(_ADD, row).lastrowid or 0)
            tries = [(number, carrier, now) for carrier in carriers]
            self._db.executemany(
                "INSERT INTO attempt (notice, carrier, began) VALUES (?,?,?)", tries
            )
            word = self._link(notice)
        return number, word

    def answered(self, answers: Iterable[TryAnswer], now: Wall) -> None:
        """Write down what carriers answered."""
        rows = [(now, each.reached, each.words, each.notice, each.carrier) for each in answers]
        with self._db:
            self._db.execute("BEGIN")
            self._db.executemany(_ANSWERED, rows)

    def tidy(self, now: Wall, before: Wall) -> None:
        """After a start: nothing is under way, and what is older is deleted."""
        lost = "UPDATE attempt SET ended = ?, answer = ? WHERE ended IS NULL"
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute(lost, (now, _LOST))
            self._db.execute("DELETE FROM notice WHERE at < ?", (before,))
            self._db.execute("DELETE FROM attempt WHERE notice NOT IN (SELECT id FROM notice)")
            self._db.execute("DELETE FROM link WHERE since < ?", (before,))

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _link(self, notice: Notice) -> str:
        who = (notice.person, *notice.key)
        if notice.over:
            ends = "UPDATE link SET over = 1 WHERE person = ? AND matter = ? AND since = ?"
            self._db.execute(ends, who)
            return ""
        word = secrets.token_urlsafe(_WORD_BYTES)
        add = "INSERT OR IGNORE INTO link (word, person, matter, since) VALUES (?,?,?,?)"
        self._db.execute(add, (word, *who))
        return str(self._db.execute(_LINK, who).fetchone()[0])


def _outcome(runs: int, reached: int) -> Outcome:
    if reached:
        return Outcome.REACHED
    return Outcome.PENDING if runs else Outcome.FAILED


def _open(path: Path) -> sqlite3.Connection:
    try:
        share_database(path)
    except OSError as error:
        raise sqlite3.OperationalError(f"{path} cannot be opened: {error.strerror}") from error
    sql = resources.files("gateway.notices").joinpath("schema.sql").read_text(encoding="utf-8")
    return service.database.open_database(path, Schema(LAYOUT, sql), _BUSY_S, _PRAGMAS)
