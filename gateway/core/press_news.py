"""Tells everybody of a press that is news: endpoints, cameras, units, and the school's listeners.
Pure.

Of a press that is no emergency its unit alone is told, until it becomes one.
"""

from gateway.core.delivery.outbox import Outbox
from gateway.core.effects import Announce, Effect, SavePastFrames
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.announcements import broadcast
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.progress import Progress
from gateway.core.incidents.registry import Incidents
from gateway.core.pictures.schedule import SnapshotSchedule
from gateway.core.site import Register
from gateway.core.values import Now
from wire.ids import CameraId, IncidentId, RoomId, SiteId
from wire.modes import LIVE


class PressNews:
    """What follows from a press that is news."""

    def __init__(
        self,
        site: SiteId,
        register: Register,
        incidents: Incidents,
        outbox: Outbox,
        progress: Progress,
        snapshots: SnapshotSchedule,
    ) -> None:
        self._site = site
        self._register = register
        self._incidents = incidents
        self._outbox = outbox
        self._progress = progress
        self._snapshots = snapshots
        self._pressed: list[Alert] = []

    def use_register(self, register: Register) -> None:
        """Ask the cameras of this register from now on."""
        self._register = register

    def tell(self, incident: Incident, alert: Alert, now: Now) -> list[Effect]:
        """Everybody is owed a press, and its cameras are asked."""
        if incident.mode != LIVE:
            self._progress.rehearse(alert)
            return []
        self._progress.watch(alert)
        self._pressed.append(alert)
        self._outbox.owe(incident, alert.id, alert.presses, now)
        room = RoomId(alert.room.id)
        return [
            SavePastFrames(incident.id, camera, room, alert.pressed_at)
            for camera in self._cameras(alert)
            if self._snapshots.want(incident.id, room, camera, alert.pressed_at, now)
        ]

    def resume(self, incident: Incident, now: Now) -> None:
        """After a start: go on with the pictures of an open incident."""
        if incident.mode != LIVE:
            return
        for alert in incident.alerts.values():
            room = RoomId(alert.room.id)
            for camera in self._cameras(alert):
                self._snapshots.follow(incident.id, room, camera, alert.pressed_at, now)

    def announcements(self, now: Now) -> list[Announce]:
        """Tell the school's own listeners who pressed since the last time."""
        pressed: dict[IncidentId, list[tuple[Alert, int]]] = {}
        for alert in self._pressed:
            if incident := self._incidents.of_alert(alert.id):
                pressed.setdefault(incident.id, []).append((alert, alert.presses))
        self._pressed = []
        return [
            message
            for incident, alerts in pressed.items()
            for message in broadcast(self._site, incident, "pressed", "", alerts, now)
        ]

    def _cameras(self, alert: Alert) -> tuple[CameraId, ...]:
        entry = self._register.by_unit.get(alert.unit)
        return tuple(entry.cameras) if entry else ()
