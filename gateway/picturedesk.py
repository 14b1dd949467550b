"""What the gateway makes of what cameras show: it goes to the endpoints, and is kept.  Pure."""

from collections.abc import Iterable

from gateway.incident import Alert
from gateway.incidents import Incidents
from gateway.outbox import Outbox
from gateway.pictures import PictureWatch
from gateway.report import SilentCamera
from gateway.work import Follow, Frame, KeepPast, Now, Work
from wire.ids import CameraId, IncidentId, Monotonic, RoomId


class PictureDesk:
    """Asks for the pictures of each press, and gives each to its incident once."""

    def __init__(self, incidents: Incidents, outbox: Outbox) -> None:
        self._incidents = incidents
        self._outbox = outbox
        self._watch = PictureWatch()

    def pressed(
        self, incident: IncidentId, alert: Alert, cameras: Iterable[CameraId], now: Now
    ) -> list[Work]:
        """Want pictures of a press, those of the time before it too."""
        room = RoomId(alert.room.id)
        return [
            KeepPast(incident, camera, room, alert.pressed_at)
            for camera in cameras
            if self._watch.want(incident, room, camera, alert.pressed_at, now)
        ]

    def resume(
        self, incident: IncidentId, alert: Alert, cameras: Iterable[CameraId], now: Now
    ) -> None:
        """After a start: go on with the pictures of an incident that is open."""
        for camera in cameras:
            self._watch.follow(incident, RoomId(alert.room.id), camera, alert.pressed_at, now)

    def looks(self) -> list[CameraId]:
        """Return the cameras whose newest frame should be read before a report leaves."""
        return self._watch.looks()

    def later_looks(self, now: Now) -> list[CameraId]:
        """Return the cameras whose newest frame should be read when there is time."""
        return self._watch.later_looks(now)

    def next_due(self) -> Monotonic:
        """When there is something to look at again."""
        return self._watch.next_due()

    def saw(self, camera: CameraId, frame: Frame | None, reason: str, now: Now) -> list[Work]:
        """The newest frame of a camera was read, or there is none for the reason given."""
        work: list[Work] = []
        for name, what, keep in self._watch.saw(camera, frame, reason, now):
            incident = self._incidents.get(name)
            if incident is None:
                continue
            if isinstance(what, SilentCamera):
                self._outbox.name_silent(incident, what, now)
            else:
                self._outbox.show(incident, what, now)
            work += [keep] if keep else []
        return work

    def tick(self, now: Now) -> list[Work]:
        """Have the camera process told which cameras open incidents need."""
        followed = self._watch.followed(now)
        return [Follow(followed)] if followed else []

    def forget(self, incident: IncidentId) -> None:
        """Want nothing more for an incident that is over."""
        self._watch.forget(incident)
