"""The unit's one loop: what happened, from the inbox, through the core, to the work.

It owns contact, alerts and health, so nothing here needs a lock.  Its order is its promise:
edges before looks, the press before all else, the gateways before the disk, the lamp last.  The
looks at the button pace everything else: at rest one comes every 50 ms.
"""

from __future__ import annotations

import logging
import queue
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from device import debounce
from device.display import Display
from device.events import Edge, Journaled, JournalReplaced, Loaded
from device.hands import Hands
from device.health import Health
from device.ports import Clock, Gateway, Journal, Panel, Topics
from device.unit import Unit
from service.events import Arrived, CallbackFailed, LinkDown, LinkUp, Stop, Unheard
from wire.clean import clean
from wire.codec import decode
from wire.errors import WireError
from wire.ids import AlertId, Monotonic, Seconds, Wall
from wire.messages import Progress
from wire.seal import Seals

log = logging.getLogger(__name__)

# However many edges a noisy line sends, the button is looked at and the lamp moves in between.
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
        seals: Mapping[str, Seals],
        topics: Topics,
        clock: Clock,
        unit: Unit,
        health: Health,
        hold: Seconds,
        covert: bool,
        prove: Callable[[Monotonic], None],
    ) -> None:
        now = clock.monotonic()
        self._inbox = inbox
        self._panel = panel
        self._journal = journal
        self._hands = Hands(gateways, journal, topics)
        self._display = Display(panel, now)
        self._seals = seals
        self._progress = topics.progress
        self._clock = clock
        self._unit = unit
        self._health = health
        self._covert = covert
        self._prove = prove
        self._contact = debounce.begin(now, hold)
        self._health_at = now
        self._earliest = now
        self._fault = ""
        self._unreadable = 0
        self._unsealed = 0
        self._stopping = False
        self._handlers: Mapping[type, Callable[[Any, Monotonic], None]] = {
            Edge: self._edge,
            Arrived: self._arrived,
            LinkUp: self._link_up,
            LinkDown: self._link_down,
            Unheard: self._unheard,
            Loaded: self._loaded,
            Journaled: self._journaled,
            JournalReplaced: self._journal_replaced,
            CallbackFailed: self._callback_failed,
            Stop: self._stop,
        }

    def run(self) -> None:
        """Turn until Stop.  A step that fails is logged, and neither ends the loop nor the turn."""
        steps = (self._take, self._look, self._repeat, self._beat, self._show)
        while not self._stopping:
            for step in steps:
                try:
                    step()
                except Exception as error:  # noqa: BLE001  (the process's outermost edge)
                    self._failed(step.__name__, error)

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
        if now < debounce.next_look(self._contact):
            return
        pressed = self._panel.pressed()
        self._contact, press = debounce.look(self._contact, now, pressed)
        if press is not None:
            self._pressed(press)
        self._prove(now)

    def _repeat(self) -> None:
        self._hands.do(self._unit.tick(self._clock.monotonic()))

    def _beat(self) -> None:
        now = self._clock.monotonic()
        if now < self._health_at:
            return
        self._health_at = Monotonic(now + _HEALTH_EVERY)
        self._health.trouble("journal", lasts=not self._journal.well(now))
        self._health.trouble("clock", lasts=self._clock.wall() is None)
        troubles = self._health.troubles(now, self._contact, self._unit.late(now))
        beat = self._health.tick(now, troubles, self._unit.seq, self._unit.open)
        if beat is not None:
            self._hands.beat(beat)

    def _show(self) -> None:
        now = self._clock.monotonic()
        self._display.show(None if self._covert else self._unit.sign(now), now)

    def _due(self) -> Monotonic:
        now = self._clock.monotonic()
        due = min(debounce.next_look(self._contact), self._display.next_change(now))
        return max(due, self._earliest)

    def _failed(self, step: str, error: Exception) -> None:
        self._earliest = Monotonic(self._clock.monotonic() + _AFTER_FAULT)
        self._health.trouble("fault", lasts=True)
        if repr(error) != self._fault:
            self._fault = repr(error)
            log.error("the loop's step %s failed, and it goes on", step, exc_info=error)

    # What to do about each event.

    def _handle(self, event: Any) -> None:
        self._handlers[type(event)](event, self._clock.monotonic())

    def _edge(self, edge: Edge, _now: Monotonic) -> None:
        self._contact, press = debounce.edge(self._contact, edge.at, edge.pressed)
        if press is not None:
            self._pressed(press)

    def _arrived(self, message: Arrived, now: Monotonic) -> None:
        self._health.heard(message.link)
        if message.topic != self._progress or message.retained:
            return
        try:
            news = decode(message.payload)
        except WireError as error:
            self._count_unreadable(str(error))
            return
        if not self._seals[message.link].fits(message.topic, message.payload, message.seal):
            self._count_unsealed(message.link)
            return
        if isinstance(news, Progress):
            self._hands.do(self._unit.hear(now, news))

    def _link_up(self, event: LinkUp, now: Monotonic) -> None:
        self._health.link_up(event.link, now)
        self._hands.do(self._unit.link_up(now, event.link))
        log.info("%s is there", event.link)

    def _link_down(self, event: LinkDown, now: Monotonic) -> None:
        if self._health.link_down(event.link, now):
            log.warning("%s is lost: %s", event.link, clean(event.reason))

    def _unheard(self, event: Unheard, now: Monotonic) -> None:
        if self._health.unheard(event.link, now):
            log.warning("nobody listens behind %s: %s", event.link, clean(event.reason))

    def _loaded(self, event: Loaded, now: Monotonic) -> None:
        if event.rows:
            log.info("%d open alerts found in the journal", len(event.rows))
        self._hands.do(self._unit.restore(now, event.rows))

    def _journaled(self, event: Journaled, now: Monotonic) -> None:
        self._hands.do(self._unit.journaled(now, event.alert, event.presses))

    def _journal_replaced(self, event: JournalReplaced, _now: Monotonic) -> None:
        self._health.trouble("journal-replaced", lasts=True)
        self._hands.do(self._unit.keep())
        log.error("the journal was damaged (%s), and is set aside as %s", event.reason, event.name)

    def _callback_failed(self, _event: CallbackFailed, _now: Monotonic) -> None:
        self._health.trouble("fault", lasts=True)

    def _stop(self, _event: Stop, _now: Monotonic) -> None:
        self._stopping = True

    # The work.

    def _pressed(self, first_edge: Monotonic) -> None:
        now, wall = self._clock.monotonic(), self._clock.wall()
        pressed_at = None if wall is None else Wall(wall - (now - first_edge))
        self._hands.do(self._unit.press(now, first_edge, AlertId(str(uuid.uuid4())), pressed_at))

    def _count_unreadable(self, why: str) -> None:
        self._unreadable += 1
        if self._unreadable == 1:
            log.warning("news that cannot be read, counted from here on: %s", clean(why))

    def _count_unsealed(self, link: str) -> None:
        self._unsealed += 1
        if self._unsealed == 1:
            log.warning("news without the seal of %s, ignored and counted from here on", link)
