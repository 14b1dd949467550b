"""The commands by which a person at a gateway's terminal runs a walk test, and gets its record.

Reads the store on a connection of its own, and asks the running gateway through its table of
actions; touches nothing else.
"""

import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import closing
from typing import Final

from gateway.config.console_process import ConsoleProcessSettings
from gateway.config.load import read_register_or_last_good
from gateway.config.settings import USUAL_CONFIG
from gateway.console.walk_test.written import as_csv, as_html
from gateway.fleet.walk_record import WalkReader, units_of
from gateway.store import heads
from gateway.store.actions import SCHOOL, ActionQueue, QueuedAction
from gateway.store.read_only import open_read_only
from service import exits
from wire.clean import clean
from wire.exercise import LONGEST, MOST_UNITS, START, STOP, Exercise, begun
from wire.ids import ExerciseId, Seconds, Wall
from wire.moment import write_moment

_MOST_LISTED: Final = 20
_NONE_ON: Final = "no walk test is going on: every press alarms"


def start(settings: ConsoleProcessSettings, rooms: Sequence[str], minutes: float, by: str) -> int:
    """Ask the running gateway to start a walk test of these rooms' units, of all if none."""
    units, unknown = units_of(read_register_or_last_good(settings), rooms)
    if unknown:
        return _refused(f"{clean(unknown)}: no room and no unit of the register has that name")
    if len(units) > MOST_UNITS:
        return _refused(f"name {MOST_UNITS} units at most, or none for all of them")
    if not 0 < minutes * 60 <= LONGEST:
        return _refused(f"a walk test lasts {LONGEST / 60:.0f} minutes at most")
    with closing(open_read_only(settings.store.path)) as db:
        if heads.unended(db):
            return _refused("an alert is open: close it first, a walk test would be real at once")
    name, lasts = ExerciseId(str(uuid.uuid4())), Seconds(minutes * 60)
    exercise = begun(name, by, units, Wall(time.time()), lasts)
    action = QueuedAction(SCHOOL, START, by, exercise=exercise)
    ActionQueue(settings.store.path).put([action])
    _say(f"asked the gateway to start walk test {name}, by {clean(by)}")
    _say(_scope(exercise))
    _say("hold a button for 3 s to raise a real alarm")
    return exits.GOOD


def stop(settings: ConsoleProcessSettings, by: str) -> int:
    """Ask the running gateway to end the walk test."""
    on = _reader(settings).on()
    if not on:
        _say(_NONE_ON)
        return exits.GOOD
    ActionQueue(settings.store.path).put([QueuedAction(SCHOOL, STOP, by, detail=on[0].id)])
    _say(f"asked the gateway to stop walk test {on[0].id}, by {clean(by)}")
    return exits.GOOD


def status(settings: ConsoleProcessSettings) -> int:
    """Say whether a walk test is going on, and list the newest ones; 1 if one is."""
    reader = _reader(settings)
    on = reader.on()
    _say("\n".join(f"GOING ON: {_scope(each)}" for each in on) or _NONE_ON)
    for each in reader.newest(_MOST_LISTED):
        _say(f"{each.id}  {write_moment(each.started_at)}  by {clean(each.by)}")
    return exits.PROBLEM if on else exits.GOOD


def record(settings: ConsoleProcessSettings, name: str, csv: bool) -> int:
    """Write the record of a walk test, the newest if none is named, as a page or as a table."""
    found = _reader(settings).record(name)
    if found is None:
        again = f"`tocsin-gateway walk-test status --config {USUAL_CONFIG}` lists them"
        return _refused(f"there is no such walk test: {again}")
    sys.stdout.write(as_csv(found) if csv else as_html(found))
    return exits.GOOD


def lacks_a_name() -> int:
    """Say that a person must be named."""
    return _refused("give --by NAME: a walk test has a person's name")


def _reader(settings: ConsoleProcessSettings) -> WalkReader:
    return WalkReader(settings, lambda: read_register_or_last_good(settings))


def _scope(exercise: Exercise) -> str:
    units = ", ".join(exercise.units) or "all units"
    return f"walk test of {units}, by {clean(exercise.by)}, until {write_moment(exercise.over_at)}"


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def _refused(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return exits.PROBLEM
