"""Who is told, when: what stands is compared with what was told, and by whom it was taken."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.notices.book import Book
from gateway.core.notices.matter import (
    SETTLES,
    Matter,
    MatterKey,
    MatterName,
    PersonName,
    Spell,
    Taken,
    troubles_of,
)
from gateway.core.notices.people import NEVER_QUIET, MinuteOfDay, Person, QuietHours
from gateway.core.notices.schedule import Cadence, Clock, Notice, due, retry_after
from wire.ids import Seconds, Wall
from wire.trouble import Level

CADENCES = {
    Level.ORDINARY: Cadence(Seconds(300), Seconds(86400)),
    Level.URGENT: Cadence(Seconds(5), Seconds(900)),
    Level.ALARM: Cadence(Seconds(0), Seconds(60)),
}
LEE, RAY = PersonName("Ms. Lee"), PersonName("Mr. Ray")
NIGHT = QuietHours(MinuteOfDay(21 * 60), MinuteOfDay(6 * 60))


def person(name: PersonName = LEE, quiet: QuietHours = NEVER_QUIET) -> Person:
    return Person(name, Level.ORDINARY, alarms=True, quiet=quiet)


def matter(level: Level, *taken: str, each: bool = False, settling: bool = False) -> Matter:
    key = MatterKey(MatterName(level.name), Wall(1000.0))
    return Matter(key, level, "", settling, frozenset(taken), each)


class School:
    """Tells whom it must, by carriers that take everything if they are `good`."""

    def __init__(self, *people: Person, good: bool = True) -> None:
        self.people, self.good = people or (person(),), good
        self.book, self.sent = Book({}), 0

    def told(self, at: float, *matters: Matter, minute: int = 600) -> list[tuple[str, int, bool]]:
        clock = Clock(Wall(at), MinuteOfDay(minute))
        found = due(matters, self.people, self.book.told, clock, CADENCES)
        return [self._send(each, at) for each in found]

    def _send(self, notice: Notice, at: float) -> tuple[str, int, bool]:
        self.sent += 1
        self.book.begun(self.sent, notice, 2, Wall(at))
        self.book.answered(self.sent, False)
        self.book.answered(self.sent, self.good)
        return notice.person, notice.number, notice.over


@pytest.mark.parametrize(
    ("level", "first", "repeat"),
    [(Level.ORDINARY, 300, 86400), (Level.URGENT, 5, 900), (Level.ALARM, 0, 60)],
)
def test_each_level_has_its_times(level: Level, first: float, repeat: float) -> None:
    school, it = School(), matter(level)
    assert not first or not school.told(1000 + first - 1, it)
    assert school.told(1000 + first, it) == [(LEE, 1, False)]
    assert not school.told(1000 + first + repeat - 1, it)
    assert school.told(1000 + first + repeat, it) == [(LEE, 2, False)]


def test_one_person_takes_a_trouble_for_all_and_an_alarm_for_themselves() -> None:
    people = person(LEE), person(RAY)
    assert not School(*people).told(2000, matter(Level.URGENT, LEE))
    assert School(*people).told(2000, matter(Level.ALARM, LEE, each=True)) == [(RAY, 1, False)]


@pytest.mark.parametrize(
    ("minute", "level", "told"),
    [
        (21 * 60 - 1, Level.URGENT, True),
        (21 * 60, Level.URGENT, False),
        (0, Level.URGENT, False),
        (6 * 60 - 1, Level.URGENT, False),
        (6 * 60, Level.URGENT, True),
        (0, Level.ALARM, True),
    ],
)
def test_quiet_hours_hold_back_troubles_alone(minute: int, level: Level, told: bool) -> None:
    assert bool(School(person(quiet=NIGHT)).told(9000, matter(level), minute=minute)) is told


def test_what_no_carrier_took_is_tried_again_soon_and_ever_later() -> None:
    school, it, at = School(good=False), matter(Level.URGENT), 2000.0
    assert school.told(at, it)
    for failures in (1, 2, 3):
        assert not school.told(at + retry_after(failures) - 1, it)
        at += retry_after(failures)
        assert school.told(at, it) == [(LEE, failures + 1, False)]
    assert retry_after(50) == Seconds(600.0)


def test_who_was_told_hears_once_that_it_is_over_and_nobody_else() -> None:
    school, it = School(person(LEE), person(RAY, NIGHT)), matter(Level.URGENT)
    assert school.told(2000, it, minute=0) == [(LEE, 1, False)]
    assert not school.told(2010, it._replace(settling=True), minute=0)
    assert school.told(2200, minute=0) == [(LEE, 2, True)]
    assert not school.told(999_999)


def test_a_clock_that_was_set_back_makes_nobody_wait() -> None:
    school, it = School(), matter(Level.URGENT)
    assert school.told(5000, it)
    assert school.told(4000, it) == [(LEE, 2, False)]


def spells() -> st.SearchStrategy[list[Spell]]:
    """A trouble that comes and goes: how long it stood, and how long it was away."""
    lengths = st.lists(st.tuples(st.floats(0, 500), st.floats(0.5, 500)), min_size=1, max_size=8)
    return lengths.map(lambda given: [*_laid_out(given)])


def _laid_out(lengths: list[tuple[float, float]]) -> Iterator[Spell]:
    at = 0.0
    for stood, away in lengths:
        yield Spell("units-lost", Wall(at), "", Wall(at + stood))
        at += stood + away


@given(spells())
def test_a_trouble_is_one_matter_until_it_was_away_for_long(found: list[Spell]) -> None:
    now = Wall((found[-1].ended or 0) + 1)
    (it,) = troubles_of(reversed(found), [], now)
    at = next(n for n, each in enumerate(found) if each.started == it.key.since)
    mine = found[at:]
    gaps = [b.started - (a.ended or 0) for a, b in pairwise(mine)]
    assert all(gap < SETTLES for gap in gaps)
    assert at == 0 or it.key.since - (found[at - 1].ended or 0) >= SETTLES
    assert it.settling
    assert not troubles_of(found, [], Wall(now + SETTLES))


def test_who_takes_a_trouble_takes_what_stands_and_not_a_later_one() -> None:
    spell = Spell("units-lost", Wall(1000), "", None)
    taken = [Taken("units-lost", LEE, Wall(900)), Taken("broker", RAY, Wall(1100))]
    assert troubles_of([spell], taken, Wall(1200))[0].taken_by == frozenset()
    taken = [*taken, Taken("units-lost", RAY, Wall(1100))]
    assert troubles_of([spell], taken, Wall(1200))[0].taken_by == {RAY}
