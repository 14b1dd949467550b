"""The unit's alerts, from the press until a named person closes them.  Their only owner.

Pure: times and news in, work out.  It must not read a clock, make an id, or know how a disk, a
broker or a lamp is reached.

Rule 1: news about fewer presses than there were is old news: whoever presses again sees the answer
        to that press, and the alert is repeated until it is covered.
Rule 2: nothing ends an alert but CLOSED; no repeat is the last one before SENT.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from device.events import Row
from device.lamp import Sign
from wire.ids import AlertId, BootId, Monotonic, RoomId, Seconds, UnitId, Wall
from wire.messages import Alert, Progress
from wire.stage import Stage, climb, overdue

# When an alert is told again: once soon, then steadily; slower when a gateway has it on its disk.
_FIRST_REPEAT: Final = Seconds(1.0)
_REPEAT: Final = Seconds(2.0)
_REPEAT_RECEIVED: Final = Seconds(5.0)
# A school full of units must not repeat in step.
_JITTER: Final = 0.2
# NOT DELIVERED begins so much before it is due: a round of its pattern must have been seen by then.
_SEEN_IN: Final = Seconds(1.5)
_NEVER: Final = Monotonic(float("inf"))


class Publish(NamedTuple):
    """Tell the gateways; all of them, or the one behind `link`."""

    message: Alert
    link: str | None = None


class Save(NamedTuple):
    """Keep this through a power cut."""

    row: Row


class Forget(NamedTuple):
    """The alert is closed: the journal needs it no more."""

    alert: AlertId


class Climbed(NamedTuple):
    """For the story: the alert reached `stage`, `after` seconds from the first edge."""

    alert: AlertId
    room: RoomId
    stage: Stage
    after: Seconds


Work = Publish | Save | Forget | Climbed


@dataclass(frozen=True, slots=True)
class Open:
    """An alert not yet closed: what must survive, and when its newest press began and is due.

    `row.stage` is how far the newest press got, `since` when it began (or was found again).
    """

    row: Row
    since: Monotonic
    repeat_at: Monotonic


class Unit:
    """All alerts of one unit; `spread` from -1 to 1 sets its repeats apart from other units'."""

    def __init__(self, unit: UnitId, room: RoomId, boot: BootId, spread: float) -> None:
        self.seq = 0
        self._unit = unit
        self._room = room
        self._boot = boot
        self._stretch = 1 + _JITTER * spread
        self._open: dict[AlertId, Open] = {}

    @property
    def open(self) -> tuple[AlertId, ...]:
        """The alerts that are not closed, oldest first."""
        return tuple(self._open)

    def press(
        self, now: Monotonic, first_edge: Monotonic, new: AlertId, pressed_at: Wall | None
    ) -> list[Work]:
        """The button was pressed: a new alert, called `new`, or one press more on the open one."""
        if self._open:
            was = next(reversed(self._open.values())).row
            row = replace(was, presses=was.presses + 1, stage=Stage.PRESSED)
        else:
            self.seq += 1
            row = Row(
                new, self._boot, self.seq, self._room, first_edge, pressed_at, 1, Stage.PRESSED
            )
        alert = Open(row, first_edge, self._after(now, _FIRST_REPEAT))
        self._open[row.alert] = alert
        return [self._publish(alert, now), Save(row), _climbed(alert, now)]

    def restore(self, now: Monotonic, rows: Iterable[Row]) -> list[Work]:
        """The journal gave back what was open when the unit last stopped: tell it again at once."""
        found: dict[AlertId, Open] = {}
        for row in rows:
            held = replace(row, stage=climb(row.stage, Stage.HELD))
            found[row.alert] = Open(held, now if row.pressed is None else row.pressed, _NEVER)
        self._open = found | self._open
        for name in found:
            alert = self._open[name]
            if alert.row.stage < Stage.SENT:
                self._open[name] = replace(alert, repeat_at=self._after(now, _FIRST_REPEAT))
        return [self._publish(self._open[name], now) for name in found]

    def keep(self) -> list[Work]:
        """A new journal was begun: write into it what is open."""
        return [Save(alert.row) for alert in self._open.values()]

    def journaled(self, now: Monotonic, alert: AlertId, presses: int) -> list[Work]:
        """The disk has the alert with that many presses."""
        return self._climb(now, alert, presses, Stage.HELD)

    def hear(self, now: Monotonic, news: Progress) -> list[Work]:
        """A gateway told how far an alert got."""
        return self._climb(now, news.alert, news.presses, news.stage)

    def link_up(self, now: Monotonic, link: str) -> list[Work]:
        """A way to a gateway opened: tell it all, for news may have been missed in the meantime."""
        return [self._publish(alert, now, link) for alert in self._open.values()]

    def tick(self, now: Monotonic) -> list[Work]:
        """Repeat what is due to be repeated."""
        work: list[Work] = []
        for name, alert in self._open.items():
            if alert.repeat_at <= now:
                wait = _REPEAT_RECEIVED if alert.row.stage >= Stage.RECEIVED else _REPEAT
                self._open[name] = replace(alert, repeat_at=self._after(now, wait))
                work.append(self._publish(alert, now))
        return work

    def sign(self, now: Monotonic) -> Sign | None:
        """What the people at the button should see: the least advanced open alert."""
        seen = Monotonic(now + _SEEN_IN)
        signs = [
            Sign(alert.row.stage, _late(alert, seen) is Stage.SENT) for alert in self._open.values()
        ]
        return min(signs, key=lambda sign: (not sign.not_delivered, sign.stage), default=None)

    def late(self, now: Monotonic) -> set[Stage]:
        """The stages that open alerts should have reached by now and have not."""
        return {stage for alert in self._open.values() if (stage := _late(alert, now)) is not None}

    def _climb(self, now: Monotonic, name: AlertId, presses: int, to: Stage) -> list[Work]:
        alert = self._open.get(name)
        if alert is None or presses < alert.row.presses or to <= alert.row.stage:
            return []
        row = replace(alert.row, stage=climb(alert.row.stage, to))
        alert = replace(alert, row=row, repeat_at=self._repeat_after(alert, now, to))
        if to is Stage.CLOSED:
            del self._open[name]
            return [Forget(name), _climbed(alert, now)]
        self._open[name] = alert
        work: list[Work] = [_climbed(alert, now)]
        return work if to is Stage.HELD else [Save(row), *work]

    def _repeat_after(self, alert: Open, now: Monotonic, reached: Stage) -> Monotonic:
        if reached >= Stage.SENT:
            return _NEVER
        return self._after(now, _REPEAT_RECEIVED) if reached is Stage.RECEIVED else alert.repeat_at

    def _after(self, now: Monotonic, wait: Seconds) -> Monotonic:
        return Monotonic(now + wait * self._stretch)

    def _publish(self, alert: Open, now: Monotonic, link: str | None = None) -> Publish:
        row = alert.row
        age = None if row.pressed is None else Seconds(max(now - row.pressed, 0.0))
        message = Alert(
            alert=row.alert,
            unit=self._unit,
            room=row.room,
            kind="panic",
            boot=row.boot,
            seq=row.seq,
            age=age,
            pressed_at=row.pressed_at,
            presses=row.presses,
        )
        return Publish(message, link)


def _late(alert: Open, now: Monotonic) -> Stage | None:
    return overdue(alert.row.stage, Seconds(now - alert.since))


def _climbed(alert: Open, now: Monotonic) -> Climbed:
    row = alert.row
    return Climbed(row.alert, row.room, row.stage, Seconds(max(now - alert.since, 0.0)))
