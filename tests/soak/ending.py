"""What is shown once all is mended, at the school and at the police: judged as what is kept is."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

from gateway.core.supervision.damping import WHILE
from tests.faults.school import School
from tests.waiting import until

# A trouble is over within so long of its cause: the slowest check comes every 30 s, and one that
# came and went too often, as in bouts, stands until it has stayed away.
_TROUBLES_OVER_S = 90.0 + WHILE
_PRESS_S = 8.0
# A press that comes sooner after another one counts as one with it.
_SAME_PRESS_S = 2.0
_KNOWN_S = 30.0


def wrong_in_the_end(school: School) -> list[str]:
    """Press everywhere, close all, and name what is not as it must be."""
    return [*_presses(school), *_apart(school), *_troubles(school), *_unclosed(school)]


def _presses(school: School) -> Iterator[str]:
    last = max(each.at for each in school.logs().presses)
    until(lambda: time.monotonic() - last > _SAME_PRESS_S)
    began = time.monotonic()
    for room in school.rooms:
        school.press(room)
    for room in school.rooms:
        if not comes(partial(_reached, school, "DELIVERED", room, began), _PRESS_S):
            yield f"dark: {room} is not solid {_PRESS_S:g} s after a press with all mended"


def _apart(school: School) -> Iterator[str]:
    """Both gateways have the same alerts open."""
    gateways = range(len(school.ports))
    if not comes(lambda: len({_open_alerts(school, each) for each in gateways}) == 1, _KNOWN_S):
        for each in gateways:
            yield f"apart: gateway-{each} has open {sorted(_open_alerts(school, each))}"


def _troubles(school: School) -> Iterator[str]:
    for number in range(len(school.ports)):
        if not comes(partial(_untroubled, school, number), _TROUBLES_OVER_S):
            yield f"standing: gateway-{number} tells of {school.troubles(number)}"


def _unclosed(school: School) -> Iterator[str]:
    began = time.monotonic()
    school.act("close")
    for room in school.rooms:
        if not comes(partial(_reached, school, "CLOSED", room, began), _KNOWN_S):
            yield f"lit: {room} is not told that its alert was closed"
    for number in range(len(school.ports)):
        if not comes(partial(_has_none_open, school, number), _KNOWN_S):
            yield f"open: gateway-{number} still has {school.open_incidents(number)}"


def _open_alerts(school: School, number: int) -> frozenset[tuple[str, int, int]]:
    sql = (
        "SELECT a.id, a.presses, a.stage FROM alert a JOIN incident i ON a.incident = i.id"
        " WHERE i.status = 'active'"
    )
    path = school.store(number)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as db:
        return frozenset(db.execute(sql).fetchall())


def _reached(school: School, stage: str, room: str, since: float) -> bool:
    return school.seen(stage, room) > since


def _untroubled(school: School, number: int) -> bool:
    """Whether a time service sets this machine's clock is not ours to judge."""
    standing = school.troubles(number)
    units = standing.pop("units-in-trouble", "").partition(": ")[2]
    told = {word for unit in units.split(", ") for word in unit.split()[1:]}
    return not (standing.keys() | told) - {"clock"}


def _has_none_open(school: School, number: int) -> bool:
    return not school.open_incidents(number)


def comes(look: Callable[[], bool], within: float) -> bool:
    """True if `look` is true within so many seconds."""
    try:
        return until(look, within, every=0.05)
    except AssertionError:
        return False
