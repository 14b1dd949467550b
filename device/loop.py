"""The unit's one loop: takes events from the inbox, asks the core, carries out the effects.

It owns contact, alerts and health, so nothing here needs a lock.  The order of its steps is a
guarantee: edges before samples, the press before everything else, the gateways before the disk, the
lamp last.  Sampling the button paces the loop: at rest every 50 ms.
"""

from __future__ import annotations

import logging
import queue
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from device import debounce
from device.button import Button, ButtonLostError
from device.chatter import Chatter
from device.display import Display
from device.effects import EffectRunner
from device.events import Edge, Journaled, JournalReplaced, Loaded, MachineRead
from device.health import Health
from device.ports import Clock, Gateway, Journal, Panel, Topics
from device.press_watch import PressWatch
from device.unit import Unit
from service.events import CallbackFailed, LinkDown, LinkUp, MessageReceived, NoSubscribers, Stop
from wire.clean import clean
from wire.codec import decode
from wire.errors import WireError
from wire.ids import AlertId, Monotonic, Seconds, Wall
from wire.messages import Progress
from wire.seal import Verifier
from wire.unit_troubles import CHATTERING, CLOCK, INTERNAL_ERROR, JOURNAL, JOURNAL_REPLACED

log = logging.getLogger(__name__)

# However many edges a noisy line sends, the button is sampled and the lamp moves in between.
_MOST_EVENTS: Final = 200
# A pause after a fault, so that one that lasts cannot eat the processor.
_AFTER_FAULT: Final = Seconds(0.05)
_HEALTH_EVERY: Final = Seconds(0.25)


class Loop:
    """Runs until a Stop comes.  `prove(now)` is told after each turn in which the button was read.

    `inbox` is filled by adapters; only `run` takes from it.
    """

    def __init__(
        self,
        *,
        inbox: queue.SimpleQueue[Any],
        panel: Panel,
        journal: Journal,
        gateways: Mapping[str, Gateway],
        seals: Mapping[str, Verifier],
        topics: Topics,
        clock: Clock,
        unit: Unit,
        health: Health,
        hold: Seconds,
        silent: bool,
        prove: Callable[[Monotonic], None],
    ) -> None:
        now = clock.monotonic()
        self._inbox = inbox
        self._button = Button(panel, now)
        self._journal = journal
        self._effects = EffectRunner(gateways, journal, topics)
        self._display = Display(panel, now)
        self._seals = seals
        self._progress = topics.progress
        self._clock = clock
        self._unit = unit
        self._health = health
        self._why_lost: dict[str, str] = {}
        self._silent = silent
        self._prove = prove
        self._contact = debounce.begin(now, hold)
        self._chatter, self._watch = Chatter(), PressWatch(now)
        self._health_at = now
        self._earliest = now
        self._fault = ""
        self._unreadable = self._unsealed = 0
        self._stopping = False
        self._handlers: Mapping[type, Callable[[Any, Monotonic], None]] = {
            Edge: self._edge,
            MessageReceived: self._arrived,
            LinkUp: self._link_up,
            LinkDown: self._link_down,
            NoSubscribers: self._unheard,
            Loaded: self._loaded,
            Journaled: self._journaled,
            JournalReplaced: self._journal_replaced,
            MachineRead: self._health.saw,
            CallbackFailed: self._callback_failed,
            Stop: self._stop,
        }

    def run(self) -> None:
        """Turn until Stop, or raise ButtonLostError.  A step that fails is logged, and no more."""
        steps = (self._take, self._look, self._repeat, self._beat, self._show)
        while not (self._stopping or self._button.is_lost):
            for step in steps:
                try:
                    step()
                except Exception as error:  # noqa: BLE001  (the process's outermost edge)
                    self._failed(step.__name__, error)
        if self._button.is_lost:
            raise ButtonLostError(self._fault)

    # The steps of a turn.

    def _take(self) -> None:
        """Wait for an event, or until something is due; then handle all that lies there."""
        now = self._clock.monotonic()
        try:
            event = self._inbox.get(timeout=max(self._due() - now, 0.0))
            self._handle(event)
            for _ in range(_MOST_EVENTS):
                self._handle(self._inbox.get_nowait())
        except queue.Empty:
            return

    def _look(self) -> None:
        now = self._clock.monotonic()
        if now < debounce.next_sample(self._contact):
            return
        pressed = self._button.pressed(now)
        self._contact, press = debounce.sample(self._contact, now, pressed)
        if press is not None:
            self._pressed(press)
        if (evidence := self._watch.look(self._contact, now)) is not None:
            self._effects.run(self._unit.learn(now, evidence))
        self._prove(now)

    def _repeat(self) -> None:
        self._effects.run(self._unit.tick(self._clock.monotonic()))

    def _beat(self) -> None:
        now = self._clock.monotonic()
        if now < self._health_at:
            return
        self._health_at = Monotonic(now + _HEALTH_EVERY)
        self._health.trouble(JOURNAL.name(), lasts=not self._journal.well(now))
        self._health.trouble(CLOCK.name(), lasts=self._clock.wall() is None)
        self._health.trouble(CHATTERING.name(), lasts=self._chatter.lasts(now))
        troubles = self._health.troubles(now, self._contact, self._unit.late(now))
        beat = self._health.tick(now, troubles, self._unit.seq, self._unit.open)
        if beat is not None:
            self._effects.beat(beat)

    def _show(self) -> None:
        now = self._clock.monotonic()
        self._display.show(None if self._silent else self._unit.sign(now), now)

    def _due(self) -> Monotonic:
        now = self._clock.monotonic()
        due = min(debounce.next_sample(self._contact), self._display.next_change(now))
        return max(due, self._earliest)

    def _failed(self, step: str, error: Exception) -> None:
        self._earliest = Monotonic(self._clock.monotonic() + _AFTER_FAULT)
        self._health.trouble(INTERNAL_ERROR.name(), lasts=True)
        if repr(error) != self._fault:
            self._fault = repr(error)
            log.error("step %s of the loop failed; the unit goes on", step, exc_info=error)

    # What to do about each event.

    def _handle(self, event: Any) -> None:
        self._handlers[type(event)](event, self._clock.monotonic())

    def _edge(self, edge: Edge, _now: Monotonic) -> None:
        self._contact, press = debounce.edge(self._contact, edge.at, edge.pressed)
        if press is not None:
            self._pressed(press)

    def _arrived(self, message: MessageReceived, now: Monotonic) -> None:
        self._health.heard(message.link)
        if message.topic != self._progress or message.retained:
            return
        try:
            news = decode(message.payload)
        except WireError as error:
            self._count_unreadable(str(error))
            return
        if not self._seals[message.link].verify(message.topic, message.payload, message.seal):
            self._count_unsealed(message.link)
            return
        if isinstance(news, Progress):
            self._effects.run(self._unit.hear(now, news))

    def _link_up(self, event: LinkUp, now: Monotonic) -> None:
        self._health.link_up(event.link, now)
        self._effects.run(self._unit.link_up(now, event.link))
        log.info("%s: connected", event.link)

    def _link_down(self, event: LinkDown, now: Monotonic) -> None:
        news = self._health.link_down(event.link, now)
        # A unit without a link has only its log: each new reason is a line.
        if news or event.reason != self._why_lost.get(event.link):
            self._why_lost[event.link] = event.reason
            log.warning("%s: disconnected: %s", event.link, clean(event.reason))

    def _unheard(self, event: NoSubscribers, now: Monotonic) -> None:
        if self._health.unheard(event.link, now):
            log.warning(
                "%s: no gateway is subscribed at the broker: %s", event.link, clean(event.reason)
            )

    def _loaded(self, event: Loaded, now: Monotonic) -> None:
        if event.rows:
            log.info("%d open alerts found in the journal", len(event.rows))
        self._effects.run(self._unit.restore(now, event.rows))

    def _journaled(self, event: Journaled, now: Monotonic) -> None:
        self._effects.run(self._unit.journaled(now, event.alert, event.presses))

    def _journal_replaced(self, event: JournalReplaced, _now: Monotonic) -> None:
        self._health.trouble(JOURNAL_REPLACED.name(), lasts=True)
        self._effects.run(self._unit.keep())
        log.error("the journal was damaged (%s) and is set aside as %s", event.reason, event.name)

    def _callback_failed(self, _event: CallbackFailed, _now: Monotonic) -> None:
        self._health.trouble(INTERNAL_ERROR.name(), lasts=True)

    def _stop(self, _event: Stop, _now: Monotonic) -> None:
        self._stopping = True

    # The work.

    def _pressed(self, first_edge: Monotonic) -> None:
        now, wall = self._clock.monotonic(), self._clock.wall()
        if not self._chatter.counts(now) and self._unit.open:
            return
        pressed_at = None if wall is None else Wall(wall - (now - first_edge))
        self._effects.run(self._unit.press(now, first_edge, AlertId(str(uuid.uuid4())), pressed_at))
        self._watch.begin(first_edge)

    def _count_unreadable(self, why: str) -> None:
        self._unreadable += 1
        if self._unreadable == 1:
            log.warning("unreadable message from a gateway, further are counted: %s", clean(why))

    def _count_unsealed(self, link: str) -> None:
        self._unsealed += 1
        if self._unsealed == 1:
            log.warning("message not signed by %s ignored, further ones are only counted", link)
