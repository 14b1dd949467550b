"""The unit's alerts, from the press until a named person closes them.

Pure: times and messages in, effects out.  It must not read a clock, make an id, or know how a disk,
a broker or a lamp is reached.  No other module changes an alert.
Rule 1: progress for fewer presses than there were is ignored.  A person who presses again sees the
        answer to that press, and the alert is repeated until it is covered.
Rule 2: nothing ends an alert but CLOSED; it is repeated without a limit before DELIVERED.
Rule 3: an alert id and a number name one press only.  The journal may be behind what was published,
        so an alert restored from it is repeated but never counted on: a press after a restart is a
        new alert (a stale count would be taken for a repeat of a press that is closed).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from device.events import KnownPress, StoredAlert
from device.lamp import Indication
from device.open_alert import OpenAlert, message_of
from device.work import AnswerHeard, Forget, Publish, Save, StageReached, Work
from wire.alert_ids import id_of_its_own
from wire.evidence import PressEvidence, merged
from wire.ids import AlertId, BootId, Monotonic, RoomId, Seconds, UnitId, Wall
from wire.messages import Progress
from wire.modes import LIVE, TEST, Mode, weightier
from wire.presses import MOST_DATED
from wire.stage import Answer, Stage, advance, answered, overdue

# When an alert is repeated: once soon, then steadily; slower when a gateway has it on its disk.
_FIRST_REPEAT: Final = Seconds(1.0)
_REPEAT: Final = Seconds(2.0)
_REPEAT_RECEIVED: Final = Seconds(5.0)
# A school full of units must not repeat in step.
_JITTER: Final = 0.2
# NOT DELIVERED begins so much before it is due: one round of its pattern must be over by then.
_SEEN_IN: Final = Seconds(1.5)
_NEVER: Final = Monotonic(float("inf"))


class Unit:
    """All alerts of one unit; `spread` from -1 to 1 sets its repeats apart from other units'."""

    def __init__(self, unit: UnitId, room: RoomId, boot: BootId, spread: float) -> None:
        self.seq = 0
        self._unit = unit
        self._room = room
        self._boot = boot
        self._stretch = 1 + _JITTER * spread
        self._open: dict[AlertId, OpenAlert] = {}
        self._pressed: AlertId | None = None

    @property
    def open(self) -> tuple[AlertId, ...]:
        """The alerts that are not closed, oldest first."""
        return tuple(self._open)

    def press(
        self, now: Monotonic, first_edge: Monotonic, new: AlertId, pressed_at: Wall | None
    ) -> list[Work]:
        """The button was pressed: a new alert, called `new`, or one press more on the open one."""
        newest = next(reversed(self._open.values()), None)
        if newest and newest.counts:
            was = newest.row
            row = replace(
                was,
                presses=was.presses + 1,
                stage=Stage.PRESSED,
                answer=Answer.NONE,
                further=_with(was, first_edge, pressed_at),
            )
        else:
            self.seq += 1
            row = StoredAlert(
                new, self._boot, self.seq, self._room, first_edge, pressed_at, 1, Stage.PRESSED
            )
        known = newest.evidence if newest and row.presses > 1 else None
        alert = OpenAlert(row, first_edge, self._after(now, _FIRST_REPEAT), evidence=known)
        self._open[row.alert] = alert
        self._pressed = row.alert
        return [self._publish(alert, now), Save(row), _stage_reached(alert, now)]

    def learn(self, now: Monotonic, evidence: PressEvidence) -> list[Work]:
        """The button of the newest press was let go, or is held on: say how it was pressed."""
        alert = self._open.get(self._pressed) if self._pressed else None
        if alert is None:
            return []
        told = replace(alert, evidence=merged(alert.evidence, evidence), is_judged=True)
        self._open[alert.row.alert] = told
        return [self._publish(told, now)]

    def restore(self, now: Monotonic, rows: Iterable[StoredAlert]) -> list[Work]:
        """The journal returned the alerts of before a restart: publish them again at once."""
        found: dict[AlertId, OpenAlert] = {}
        for row in rows:
            held = replace(row, stage=advance(row.stage, Stage.STORED))
            # Pressed before this run of the machine began: longer ago than its clock can tell.
            since = Monotonic(0.0) if row.pressed is None else row.pressed
            found[row.alert] = OpenAlert(held, since, _NEVER, counts=False)
        self._open = found | self._open
        for name in found:
            alert = self._open[name]
            if alert.row.stage < Stage.DELIVERED:
                self._open[name] = replace(alert, repeat_at=self._after(now, _FIRST_REPEAT))
        return [self._publish(self._open[name], now) for name in found]

    def keep(self) -> list[Work]:
        """A new journal was begun: write into it what is open."""
        return [Save(alert.row) for alert in self._open.values()]

    def journaled(self, now: Monotonic, alert: AlertId, presses: int) -> list[Work]:
        """The disk has the alert with that many presses."""
        return self._advance(now, Progress(alert, Stage.STORED, presses))

    def hear(self, now: Monotonic, news: Progress) -> list[Work]:
        """A gateway sent progress of an alert; one from before a new name has another id there.

        By the lowest stage it says that it lacks the alert: its store was replaced.
        """
        name = self._name_of(news.alert)
        if news.stage is Stage.PRESSED:
            return [self._publish(self._open[name], now)] if name in self._open else []
        return self._advance(now, replace(news, alert=name))

    def link_up(self, now: Monotonic, link: str) -> list[Work]:
        """A connection to a gateway opened: send every open alert, for progress may have been
        missed.
        """
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

    def sign(self, now: Monotonic) -> Indication | None:
        """What the people at the button should see: the least advanced open alert, a test last."""
        seen = Monotonic(now + _SEEN_IN)
        signs = [
            Indication(
                alert.row.stage,
                _late(alert, seen) is Stage.DELIVERED,
                alert.row.answer,
                alert.mode or LIVE,
            )
            for alert in self._open.values()
        ]
        return min(signs, key=_urgency, default=None)

    def late(self, now: Monotonic) -> set[Stage]:
        """The stages that open alerts should have reached by now and have not."""
        return {stage for alert in self._open.values() if (stage := _late(alert, now)) is not None}

    def _name_of(self, told: AlertId) -> AlertId:
        if told in self._open:
            return told
        borrowed = (name for name in self._open if id_of_its_own(self._unit, name) == told)
        return next(borrowed, told)

    def _advance(self, now: Monotonic, news: Progress) -> list[Work]:
        """Take in news of both facts; what an alert has already is no news."""
        name, to, by = news.alert, news.stage, news.answer
        before = self._open.get(name)
        if before is None or news.presses < before.row.presses:
            return []
        if to is not Stage.STORED:
            before = self._open[name] = replace(before, mode=_mode(before, news))
        was = before.row
        row = replace(was, stage=advance(was.stage, to), answer=answered(was.answer, by))
        alert = replace(before, row=row)
        work: list[Work] = []
        if row.stage > was.stage:
            alert = replace(alert, repeat_at=self._repeat_after(alert, now, to))
            work.append(_stage_reached(alert, now))
        if row.answer > was.answer:
            work.append(AnswerHeard(row.alert, row.room, row.answer, _after_press(alert, now)))
        if not work:
            return []
        if to is Stage.CLOSED:
            del self._open[name]
            return [Forget(name), *work]
        self._open[name] = alert
        return work if to is Stage.STORED else [Save(row), *work]

    def _repeat_after(self, alert: OpenAlert, now: Monotonic, reached: Stage) -> Monotonic:
        if reached >= Stage.DELIVERED:
            return _NEVER
        return self._after(now, _REPEAT_RECEIVED) if reached is Stage.RECEIVED else alert.repeat_at

    def _after(self, now: Monotonic, wait: Seconds) -> Monotonic:
        return Monotonic(now + wait * self._stretch)

    def _publish(self, alert: OpenAlert, now: Monotonic, link: str | None = None) -> Publish:
        return Publish(message_of(self._unit, alert, now), link)


def _mode(alert: OpenAlert, news: Progress) -> Mode:
    """What two gateways say of an alert: live wins."""
    return news.mode if alert.mode is None else weightier(alert.mode, news.mode)


def _urgency(sign: Indication) -> tuple[bool, bool, Stage, Answer]:
    return sign.mode == TEST, not sign.not_delivered, sign.stage, sign.answer


def _with(was: StoredAlert, first_edge: Monotonic, at: Wall | None) -> tuple[KnownPress, ...]:
    """The newest further presses of an alert, with one more."""
    return (*was.further, KnownPress(was.presses + 1, first_edge, at))[-MOST_DATED:]


def _late(alert: OpenAlert, now: Monotonic) -> Stage | None:
    return overdue(alert.row.stage, Seconds(now - alert.since))


def _stage_reached(alert: OpenAlert, now: Monotonic) -> StageReached:
    row = alert.row
    return StageReached(row.alert, row.room, row.stage, _after_press(alert, now))


def _after_press(alert: OpenAlert, now: Monotonic) -> Seconds:
    return Seconds(max(now - alert.since, 0.0))
