"""Handles heartbeats: which units are alive, in trouble, and which alerts they hold open.  Pure.

One without its unit's signature is no sign of life, nor is one that was heard before.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from gateway.core.effects import ReceiverNotification, SendProgress
from gateway.core.incidents.authenticity import Keyring, verification_warning
from gateway.core.incidents.registry import Incidents
from gateway.core.site import Register
from gateway.core.supervision.boots import Boots
from gateway.core.supervision.notices import UNIT_LOST, ReceiverNotifications
from gateway.core.supervision.troubles import Troubles
from gateway.core.supervision.units import UnitMonitor
from gateway.core.unread import UnreadMessages
from gateway.core.values import Now
from service.events import MessageReceived
from wire import supervision_troubles
from wire.codec import decode
from wire.errors import WireError
from wire.ids import AlertId, Monotonic, UnitId
from wire.messages import Heartbeat
from wire.stage import Answer, Stage
from wire.supervision_troubles import BAD_SIGNATURE, DUPLICATE_UNIT, UNITS_IN_TROUBLE, UNITS_LOST
from wire.trouble import TroubleName

# The trouble of a revoked unit that is still heard; over once it has been silent for so long.
REVOKED: Final = supervision_troubles.REVOKED_UNIT.name()
_REVOKED_SILENT: Final = 60.0
# A unit beats every 10 s: what bore a bad signature is over when nothing has for so long.
_UNSIGNED_TOLD_FOR: Final = 60.0
_DOUBLED: Final = "two units take turns under this name"
_MOST_NAMED: Final = 20


class HeartbeatHandler:
    """Judges each heartbeat, and once a second the units that sent none."""

    def __init__(
        self,
        register: Register,
        incidents: Incidents,
        troubles: Troubles,
        keyring: Keyring,
        unread: UnreadMessages,
        now: Monotonic,
    ) -> None:
        self._register = register
        self._incidents = incidents
        self._troubles = troubles
        self._keyring = keyring
        self._unread = unread
        self._units = UnitMonitor(register.by_unit, now)
        self.is_lost = self._units.is_lost
        self._notifications = ReceiverNotifications()
        self._revoked: dict[UnitId, Monotonic] = {}
        self._boots = Boots()
        self._unsigned: dict[UnitId, tuple[Monotonic, str]] = {}

    def use_register(self, register: Register, now: Now) -> None:
        """Watch over the units of another register from now on."""
        self._register = register
        self._units.expect(register.by_unit, now.mono)
        self._boots.keep_only(frozenset(register.by_unit))

    def arrived(self, unit: UnitId, event: MessageReceived, now: Now) -> list[SendProgress]:
        """A message on a unit's heartbeat topic; what the unit holds open is answered."""
        beat = self._read(unit, event)
        if beat is None:
            return []
        if warning := verification_warning(self._keyring, unit, event):
            self._unread.count("a heartbeat", warning, event.topic)
            if unit not in self._register.by_unit:
                return []
            words = f"a heartbeat of unit {unit} is not accepted: {warning}"
            self._unsigned[unit] = now.mono, words
            return []
        if unit in self._register.by_unit:
            if not self._boots.heard(beat, now.mono):
                self._unread.count("a heartbeat", "it was heard before", event.topic)
                return []
            self._units.beat(beat, event.payload, now.mono)
        self._unsigned.pop(unit, None)
        return self._progress_of(unit, beat.open)

    def said(self) -> Iterator[tuple[Monotonic, bytes]]:
        """Yield of each unit that was heard when that was last, and its heartbeat as it came."""
        return self._units.said()

    def revoked_unit_spoke(self, unit: UnitId, now: Now) -> None:
        """Nothing of a revoked unit is taken in: its key may be in anybody's hands."""
        self._revoked[unit] = now.mono

    def tick(self, now: Now) -> list[ReceiverNotification]:
        """Compare who should be heard with who is, once a second."""
        lost = self._units.lost(now.mono)
        if lost is None:
            return []
        self._revoked_heard(now)
        self._bad_signatures(now)
        doubled = dict.fromkeys(self._boots.doubled(now.mono), _DOUBLED)
        self._troubles.level(DUPLICATE_UNIT, doubled.items(), now.wall)
        in_trouble = self._units.troubled()
        self._trouble_of(UNITS_LOST.name(), "not heard of", lost, now)
        self._trouble_of(UNITS_IN_TROUBLE.name(), "troubled", in_trouble, now)
        return self._for_receivers(lost, in_trouble, now)

    def _read(self, unit: UnitId, event: MessageReceived) -> Heartbeat | None:
        try:
            message = decode(event.payload)
        except WireError as error:
            self._unread.count("a heartbeat", str(error), event.topic)
            return None
        if isinstance(message, Heartbeat) and message.unit == unit:
            return message
        self._unread.count(
            "a heartbeat", "the message names another unit than its topic", event.topic
        )
        return None

    def _progress_of(self, unit: UnitId, alerts: Iterable[AlertId]) -> list[SendProgress]:
        """Answer for each alert that a unit holds; one that is not here is asked for."""
        found: list[SendProgress] = []
        for alert in alerts:
            if known := self._incidents.standing_of(unit, alert):
                found.append(SendProgress(unit, *known))
            elif self._incidents.lacks(unit, alert):
                found.append(SendProgress(unit, alert, Stage.PRESSED, Answer.NONE, 1))
        return found

    def _bad_signatures(self, now: Now) -> None:
        """Those of the register that were heard last without their signature, not long ago."""
        self._unsigned = {
            unit: each
            for unit, each in self._unsigned.items()
            if unit in self._register.by_unit and now.mono - each[0] <= _UNSIGNED_TOLD_FOR
        }
        words = {unit: each[1] for unit, each in self._unsigned.items()}
        self._troubles.level(BAD_SIGNATURE, words.items(), now.wall)

    def _revoked_heard(self, now: Now) -> None:
        """Those revoked units that were heard not long ago, in an order that does not change."""
        self._revoked = {
            unit: at
            for unit, at in self._revoked.items()
            if unit in self._register.revoked and now.mono - at <= _REVOKED_SILENT
        }
        if not self._revoked:
            self._troubles.end(REVOKED, now.wall)
            return
        named = ", ".join(sorted(self._revoked)[:_MOST_NAMED])
        words = f"revoked, and a sender uses its key: {named}"
        self._troubles.start(REVOKED, words, now.wall)

    def _for_receivers(
        self, lost: list[UnitId], in_trouble: list[UnitId], now: Now
    ) -> list[ReceiverNotification]:
        own = [(unit, each) for unit in in_trouble for each in self._units.own_troubles(unit)]
        units = [*((unit, UNIT_LOST) for unit in lost), *own]
        rooms = self._register.by_unit
        return self._notifications.update(self._troubles.standing, units, rooms, now.wall)

    def _trouble_of(self, name: TroubleName, words: str, units: list[UnitId], now: Now) -> None:
        if not units:
            self._troubles.end(name, now.wall)
            return
        named = ", ".join(
            " ".join((unit, *self._units.own_troubles(unit))) for unit in units[:_MOST_NAMED]
        )
        self._troubles.start(name, f"{len(units)} units {words}: {named}", now.wall)
