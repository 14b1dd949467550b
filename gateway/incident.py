"""An incident: the alerts of one site that belong together.  It grows, and each change counts up
its version.  Pure; owned by the one loop of the gateway, which alone changes it.
"""

import uuid
from dataclasses import dataclass, field
from typing import Final

from gateway.intake import Claim
from gateway.work import KeepAlert, KeepIncident, Now, Room
from wire.ids import AlertId, IncidentId, Monotonic, SiteId, UnitId, Wall
from wire.stage import Stage, climb

# So that an incident has the same id at every gateway that heard its first alert first.
_SPACE: Final = uuid.UUID("2b1c7a5e-3e0a-5d11-8a0b-51f0a6f7c001")


@dataclass(slots=True)
class Alert:
    """One alert as the gateway knows it.

    `stage` is that of its newest press.  `held`: the disk has it.  `heard_at` is when that press
    came, or when this process took the alert up again.
    """

    id: AlertId
    kind: str
    unit: UnitId
    room: Room
    pressed_at: Wall
    received_at: Wall
    presses: int
    doubts: tuple[str, ...]
    heard_at: Monotonic
    stage: Stage = Stage.PRESSED
    held: bool = False

    def climb(self, to: Stage) -> bool:
        """Climb to `to`; False if the alert was there already."""
        before, self.stage = self.stage, climb(self.stage, to)
        return self.stage != before


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline: what happened, who did it (empty: the system), and their words."""

    at: Wall
    what: str
    by: str = ""
    text: str = ""


@dataclass(slots=True)
class Incident:
    """What is going on at the site, from the first press until a named person closes it.

    `changes` counts what a reader of the report would want to know; `version` numbers the reports;
    `link` the live links, so that those before it can be withdrawn.  It is `over` when every
    endpoint knows that it was `closed`.  `name`: the other gateway knows it by another id.
    `said`: the number of the change with which a person last said something.
    """

    id: IncidentId
    opened_at: Wall
    news_at: Monotonic
    changes: int = 0
    version: int = 0
    closed: bool = False
    over: bool = False
    link: int = 0
    name: IncidentId | None = None
    said: int = 0
    alerts: dict[AlertId, Alert] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    @property
    def reported_as(self) -> IncidentId:
        """Its id in reports, the same from both gateways."""
        return self.name or self.id

    def add(self, claim: Claim, now: Now) -> Alert:
        """Take a new alert in."""
        alert = Alert(
            claim.id,
            claim.kind,
            claim.unit,
            claim.room,
            claim.pressed_at,
            now.wall,
            claim.presses,
            claim.doubts,
            now.mono,
        )
        self.alerts[alert.id] = alert
        self.news_at = now.mono
        self.changes += 1
        return alert

    def press_again(
        self, alert: Alert, presses: int, now: Now, doubts: tuple[str, ...] = ()
    ) -> None:
        """Count further presses on an alert: whoever presses again waits for a new answer."""
        alert.presses, alert.heard_at = presses, now.mono
        alert.doubts = tuple(dict.fromkeys((*alert.doubts, *doubts)))
        alert.stage, alert.held = Stage.PRESSED, False
        self.news_at = now.mono
        self.note(Event(now.wall, f"room {alert.room.id} pressed again, {presses} presses now"))

    def note(self, event: Event) -> None:
        """Write a line of the timeline."""
        self.events.append(event)
        self.changes += 1

    def head(self) -> KeepIncident:
        """The incident's row in the store."""
        status = "closed" if self.over else "closing" if self.closed else "active"
        return KeepIncident(self.id, self.opened_at, self.version, status, self.link)

    def row(self, alert: Alert) -> KeepAlert:
        """The row in the store of one of the incident's alerts."""
        return KeepAlert(
            alert.id,
            self.id,
            alert.kind,
            alert.unit,
            alert.room,
            alert.pressed_at,
            alert.received_at,
            alert.presses,
            alert.doubts,
        )


def open_incident(site: SiteId, first: AlertId, closed: int, now: Now) -> Incident:
    """Open the incident that begins with the alert `first`.

    `closed` of its presses were over with another incident, whose name this one must not have.
    """
    words = f"{site}/{first}/{closed}" if closed else f"{site}/{first}"
    name = IncidentId(str(uuid.uuid5(_SPACE, words)))
    return Incident(name, opened_at=now.wall, news_at=now.mono)
