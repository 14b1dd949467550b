"""Turns of the process that tells people: what stands, what is due, what came of it.

One thread owns all of it.  Attempts are processes of their own (sender.py), so no carrier holds a
turn; a store that cannot be read holds back what it would have said, and nothing else.
"""

import itertools
import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from gateway.core.notices.book import Book
from gateway.core.notices.matter import Matter
from gateway.core.notices.schedule import Cadence, Notice, Outcome, due
from gateway.core.values import Now
from gateway.notices.health import Health
from gateway.notices.record import NoticeId, Record, TryAnswer
from gateway.notices.roster import Roster
from gateway.notices.sender import CarrierSender, CarrierTry
from gateway.notices.standing import Standing
from gateway.notices.texts import Texts
from wire.ids import Seconds
from wire.trouble import Level

log = logging.getLogger(__name__)

TURN: Final = Seconds(0.5)


class NoticeParts(NamedTuple):
    """What a turn works with."""

    standing: Standing
    roster: Roster
    record: Record
    sender: CarrierSender
    texts: Texts
    health: Health
    cadences: Mapping[Level, Cadence]


class NoticesLoop:
    """`book` is what the record says; `clocks` reads the time."""

    def __init__(self, parts: NoticeParts, book: Book, clocks: Callable[[], Now]) -> None:
        self._parts = parts
        self._clocks = clocks
        self._book = book
        self._is_unread = False
        self._is_listed = True
        self._refused = ""
        self._unwritten = itertools.count(1)

    def turn(self) -> None:
        """Send what is due, and write down what came of it; raises sqlite3.Error or OSError."""
        now = self._clocks()
        self._look_at_people()
        matters, is_whole = self._standing(now)
        people = [each.person for each in self._parts.roster.members]
        told = self._book.told
        if not is_whole:  # what is not seen now is not over
            seen = {each.key for each in matters}
            told = {who: last for who, last in told.items() if who[1] in seen}
        clock = self._parts.texts.clock(now)
        by_key = {each.key: each for each in matters}
        for notice in due(matters, people, told, clock, self._parts.cadences):
            self._begin(notice, by_key.get(notice.key), now)
        self._hear(now)
        self._parts.health.say(self._unreached(), now.mono)

    def stop(self) -> None:
        """End what is under way: after the next start it counts as not taken."""
        self._parts.sender.stop()
        self._parts.record.close()

    def _look_at_people(self) -> None:
        self._is_listed = not self._parts.roster.look() and self._is_listed
        if not self._is_listed:
            with self._unless_full():
                self._parts.record.people_are(self._parts.roster.members)
                self._is_listed = True

    def _unreached(self) -> dict[str, str]:
        """Whom no carrier took the last notice for, and what else keeps people from being told."""
        fault = self._parts.roster.fault
        found = {"people": fault} if fault else {}
        for (person, key), last in self._book.told.items():
            if last.outcome is Outcome.FAILED and last.failures > 1:
                found[person] = f"no carrier took notice {last.number} of {key.name}"
        return found

    def _standing(self, now: Now) -> tuple[Sequence[Matter], bool]:
        """What stands, and whether it is all of that."""
        seen = self._parts.standing.of_the_gateway(now)
        try:
            found = self._parts.standing.matters(now)
        except (sqlite3.Error, OSError) as error:
            if not self._is_unread:
                log.error("the gateway's store cannot be read: %s", error)
            self._is_unread = True
            return seen, False
        self._is_unread = False
        known = {each.key.name for each in found if not each.settling}
        return [*found, *(each for each in seen if each.key.name not in known)], True

    def _begin(self, notice: Notice, matter: Matter | None, now: Now) -> None:
        carriers = self._parts.roster.carriers(notice.person)
        # A notice that the record has no room for has no link, and is told all the same.
        number, word = NoticeId(-next(self._unwritten)), ""
        with self._unless_full():
            number, word = self._parts.record.begin(
                notice, [name for name, _ in carriers], now.wall
            )
        self._book.begun(number, notice, len(carriers), now.wall)
        words = self._parts.texts.of(notice, matter, word)
        for name, url in carriers:
            self._parts.sender.launch(CarrierTry(number, name, url, words))
        what = "over" if notice.over else f"notice {notice.number}"
        log.info("%s: %s, to %s", notice.key.name, what, notice.person)

    def _hear(self, now: Now) -> None:
        answers = self._parts.sender.wait(now.mono, TURN)
        for each in answers:
            self._book.answered(each.notice, each.reached)
            _say(each)
        if answers:
            with self._unless_full():
                self._parts.record.answered(answers, self._clocks().wall)

    @contextmanager
    def _unless_full(self) -> Iterator[None]:
        """People are told of a disk that takes nothing, which holds no record of it then."""
        try:
            yield
            self._refused = ""
        except sqlite3.Error as error:
            if str(error) != self._refused:
                log.error("the record of notices takes nothing, people are told: %s", error)
            self._refused = str(error)


def _say(answer: TryAnswer) -> None:
    level = logging.INFO if answer.reached else logging.WARNING
    log.log(level, "notice %d by carrier %s: %s", answer.notice, answer.carrier, answer.words)
