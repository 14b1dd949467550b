"""Messages as a unit or a gateway may send them: for laws that hold for every one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import strategies as st

from wire.errors import WireError
from wire.evidence import MOST_BOUNCES, PressEvidence
from wire.ids import NAME, ROOM, AlertId, BootId, RoomId, Seconds, UnitId, Wall
from wire.machine import Machine
from wire.messages import Alert, FurtherPress, Heartbeat, Progress
from wire.presses import MOST_DATED
from wire.stage import Answer, Stage

T = TypeVar("T")

_THOUSANDTHS = 1000
_LONGEST_S = 10 * 365 * 86400
_YEAR_2200 = 7258118400

uuids = st.uuids().map(str)
counts = st.integers(min_value=1, max_value=2**31 - 1)
names = st.from_regex(NAME, fullmatch=True)
rooms = st.from_regex(ROOM, fullmatch=True)
stages = st.sampled_from(Stage)
ages = st.integers(0, _LONGEST_S * 10_000).map(lambda n: Seconds(n / 10_000))
moments = st.integers(0, _YEAR_2200 * _THOUSANDTHS).map(lambda n: Wall(n / _THOUSANDTHS))


@st.composite
def _pressed_again(draw: st.DrawFn) -> dict[str, Any]:
    """How often, with the times of some of the presses after the first."""
    count = draw(counts)
    numbers = draw(st.sets(st.integers(2, count), max_size=MOST_DATED)) if count > 1 else set()
    times = st.none() | ages, st.none() | moments
    further = tuple(FurtherPress(each, draw(times[0]), draw(times[1])) for each in sorted(numbers))
    return {"presses": count, "further": further}


evidence = st.builds(
    PressEvidence,
    st.integers(0, _LONGEST_S * _THOUSANDTHS).map(lambda n: Seconds(n / _THOUSANDTHS)),
    st.integers(0, MOST_BOUNCES),
    st.integers(0, _LONGEST_S * 10).map(lambda n: Seconds(n / 10)),
)
_alerts_pressed_once = st.builds(
    Alert,
    alert=uuids.map(AlertId),
    unit=names.map(UnitId),
    room=rooms.map(RoomId),
    kind=st.just("panic"),
    boot=uuids.map(BootId),
    seq=counts,
    age=st.none() | ages,
    pressed_at=st.none() | moments,
    presses=st.just(1),
    evidence=st.none() | evidence,
)
alerts = st.builds(
    lambda alert, again: replace(alert, **again), _alerts_pressed_once, _pressed_again()
)
progresses = st.builds(
    Progress,
    alert=uuids.map(AlertId),
    stage=stages,
    presses=counts,
    answer=st.sampled_from(Answer),
)
machines = st.builds(
    Machine,
    version=st.just("") | st.from_regex(r"[0-9a-z][0-9a-z.+~-]{0,39}", fullmatch=True),
    celsius=st.none() | st.integers(-600, 2000).map(lambda n: n / 10),
    under_voltage=st.none() | st.booleans(),
    throttled=st.none() | st.booleans(),
)
heartbeats = st.builds(
    Heartbeat,
    unit=names.map(UnitId),
    room=rooms.map(RoomId),
    boot=uuids.map(BootId),
    seq=st.just(0) | counts,
    uptime=st.integers(0, _LONGEST_S * 10).map(lambda n: Seconds(n / 10)),
    open=st.lists(uuids.map(AlertId), max_size=32).map(tuple),
    troubles=st.lists(st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True), max_size=32).map(tuple),
    machine=machines,
)
messages = alerts | progresses | heartbeats


def attempt(read: Callable[[], T]) -> T | None:
    """What `read` returns, None if it refuses; any error but a printable WireError fails."""
    refusal = ""
    try:
        return read()
    except WireError as error:
        refusal = str(error)
    assert refusal.isprintable()
    return None
