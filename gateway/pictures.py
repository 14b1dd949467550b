"""Which cameras an incident still wants a picture of, and when to say that one stays silent.  Pure.

Holds nothing up: an alert's report leaves with what lies ready, the rest follows.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from gateway.report import Picture, SilentCamera, picture
from gateway.work import Frame, Now
from wire.ids import CameraId, IncidentId, Monotonic, RoomId, Seconds, Wall

# An older frame is not what the room looks like now (issue: The road).
FRESH: Final = Seconds(2.0)
# A camera that has given nothing by then is named in the report.
GIVE_UP: Final = Seconds(5.0)
# Reading a frame costs the alert path some 0.2 ms, so only a few are read at a time.
MOST_AT_ONCE: Final = 4
_EVERY: Final = Seconds(0.1)
# One press after another in one room asks for a new picture only after this time.
_AGAIN: Final = Seconds(10.0)

Key = tuple[IncidentId, CameraId]


@dataclass(slots=True)
class _Want:
    room: RoomId
    pressed_at: Wall
    until: Monotonic
    look_at: Monotonic


class Found(NamedTuple):
    """A picture for an incident, or the reason why there is none."""

    incident: IncidentId
    what: Picture | SilentCamera


class PictureWatch:
    """The pictures that are wanted and have not come yet."""

    def __init__(self) -> None:
        self._wants: dict[Key, _Want] = {}
        self._asked: dict[Key, Monotonic] = {}

    def want(
        self, incident: IncidentId, room: RoomId, camera: CameraId, pressed_at: Wall, now: Now
    ) -> None:
        """Ask for a picture of the press at `pressed_at`, unless one was asked for just now."""
        key = incident, camera
        if now.mono - self._asked.get(key, -_AGAIN) < _AGAIN:
            return
        self._asked[key] = now.mono
        self._wants[key] = _Want(room, pressed_at, Monotonic(now.mono + GIVE_UP), now.mono)

    def looks(self, now: Now) -> list[CameraId]:
        """Return the cameras whose newest frame should be read now."""
        due = {camera for (_, camera), want in self._wants.items() if now.mono >= want.look_at}
        return list(due)[:MOST_AT_ONCE]

    def next_due(self) -> Monotonic:
        """When there is something to look at again."""
        return min((want.look_at for want in self._wants.values()), default=Monotonic(float("inf")))

    def saw(self, camera: CameraId, frame: Frame | None, reason: str, now: Now) -> list[Found]:
        """Take what was read of `camera`: its frame, or None and the reason in words."""
        found: list[Found] = []
        for key, want in list(self._wants.items()):
            if key[1] != camera:
                continue
            if frame and now.wall - frame.taken_at <= FRESH:
                found.append(Found(key[0], picture(frame, want.room, want.pressed_at)))
                del self._wants[key]
            elif now.mono >= want.until:
                found.append(Found(key[0], SilentCamera(camera, reason)))
                del self._wants[key]
            else:
                want.look_at = Monotonic(now.mono + _EVERY)
        return found

    def forget(self, incident: IncidentId) -> None:
        """Want nothing more for an incident that is over."""
        for key in [key for key in self._asked if key[0] == incident]:
            self._wants.pop(key, None)
            del self._asked[key]
