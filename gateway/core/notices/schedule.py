"""Which notices are due: what stands is compared with what was told, and by whom it was taken.

Rule 1: everybody who wants to hear of a matter is told, and again until it is taken.
Rule 2: what no carrier took is tried again soon, and ever later.
Rule 3: those who were told hear once that it is over.
Rule 4: quiet hours hold notices back; what has the level of an alarm they never hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from gateway.core.notices.matter import Matter, MatterKey, PersonName
from gateway.core.notices.people import MinuteOfDay, Person
from wire.ids import Seconds, Wall
from wire.trouble import Level

_FIRST_RETRY: Final = 10.0
_LAST_RETRY: Final = 600.0
# Nobody needs to hear of an end that no carrier took for so long.
_END_LASTS: Final = Seconds(86400.0)


class Cadence(NamedTuple):
    """A matter is told once it has stood for `first`, and again after `repeat`, until taken."""

    first: Seconds
    repeat: Seconds


class Outcome(IntEnum):
    """What came of a notice."""

    PENDING = 0
    REACHED = 1
    FAILED = 2


class Told(NamedTuple):
    """The newest notice to a person about a matter, its `number`-th.

    `failures`: so many in a row, with it, reached nobody.  `ever`: an earlier one did.
    `over`: it said that the matter is over.
    """

    number: int
    at: Wall
    outcome: Outcome
    failures: int
    ever: bool
    level: Level
    over: bool = False


class Notice(NamedTuple):
    """To be sent now, over each of the person's carriers at once."""

    person: PersonName
    key: MatterKey
    level: Level
    number: int
    over: bool


Who = tuple[PersonName, MatterKey]


class Clock(NamedTuple):
    """What time it is: for the machine, and at the school."""

    wall: Wall
    minute: MinuteOfDay


def due(
    matters: Sequence[Matter],
    people: Sequence[Person],
    told: Mapping[Who, Told],
    clock: Clock,
    cadences: Mapping[Level, Cadence],
) -> list[Notice]:
    """Return what is to be sent now; `matters` must be all that stand."""
    standing = {each.key for each in matters}
    return [
        *_news(matters, people, told, clock, cadences),
        *_ends(standing, people, told, clock),
    ]


def _news(
    matters: Sequence[Matter],
    people: Sequence[Person],
    told: Mapping[Who, Told],
    clock: Clock,
    cadences: Mapping[Level, Cadence],
) -> Iterator[Notice]:
    worst_first = sorted(matters, key=lambda each: (-each.level, each.key.since))
    for matter in worst_first:
        for person in people:
            before = told.get((person.name, matter.key))
            if (
                person.wants(matter)
                and matter.asks(person.name)
                and not _holds(person, matter.level, clock)
                and _is_due(matter, before, clock.wall, cadences[matter.level])
            ):
                number = before.number + 1 if before else 1
                yield Notice(person.name, matter.key, matter.level, number, over=False)


def _is_due(matter: Matter, before: Told | None, now: Wall, cadence: Cadence) -> bool:
    if before is None:
        return _has_passed(matter.key.since, now, cadence.first)
    match before.outcome:
        case Outcome.PENDING:
            return False
        case Outcome.REACHED:
            return _has_passed(before.at, now, cadence.repeat)
    wait = min(retry_after(before.failures), cadence.repeat)
    return _has_passed(before.at, now, wait)


def _ends(
    standing: set[MatterKey], people: Sequence[Person], told: Mapping[Who, Told], clock: Clock
) -> Iterator[Notice]:
    known = {each.name: each for each in people}
    for (name, key), last in told.items():
        person = known.get(name)
        if key in standing or person is None or _holds(person, last.level, clock):
            continue
        if _end_is_due(last, clock.wall):
            yield Notice(name, key, last.level, last.number + 1, over=True)


def _end_is_due(last: Told, now: Wall) -> bool:
    if last.outcome is Outcome.PENDING:
        return False
    if not last.over:
        return last.ever or last.outcome is Outcome.REACHED
    tried = last.outcome is Outcome.FAILED and _has_passed(last.at, now, retry_after(last.failures))
    return tried and not _is_hopeless(last)


def _is_hopeless(last: Told) -> bool:
    return last.failures * _LAST_RETRY > _END_LASTS


def retry_after(failures: int) -> Seconds:
    """Return how long to wait after so many notices in a row that no carrier took."""
    return Seconds(min(_FIRST_RETRY * 2 ** min(failures - 1, 10), _LAST_RETRY))


def _holds(person: Person, level: Level, clock: Clock) -> bool:
    return level is not Level.ALARM and person.quiet.hold(clock.minute)


def _has_passed(then: Wall, now: Wall, wait: Seconds) -> bool:
    """A clock that was set back must not make anybody wait: one notice too many is the better."""
    return not 0 <= now - then < wait
