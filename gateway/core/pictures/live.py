"""Which live frame leaves next: of what somebody looks at, the camera that has waited the longest.
Pure.

A slow line drops frames and queues none: a camera has one frame under way at most, what comes next
is the newest there is by then, and a line that needs long for a frame rests as long before the
next, so that half of it stays free for reports.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from gateway.core.values import Now
from wire.ids import CameraId, IncidentId, Monotonic, Seconds, Wall
from wire.limits import FRAMES_A_SECOND
from wire.looks import Look

EVERY: Final = Seconds(1.0 / FRAMES_A_SECOND)
# 10 Mbit/s for each receiver, whatever is looked at.
MOST_BYTES_A_SECOND: Final = 1_250_000
# An older frame is no live one; the page says "stale" meanwhile.
FRESH: Final = Seconds(10.0)
# A line that needs less for a frame is not slow.
_QUICK: Final = Seconds(0.2)
_LONGEST_REST: Final = Seconds(2.0)
_AGAIN: Final = Seconds(0.05)
_NEVER: Final = Monotonic(float("-inf"))


@dataclass(slots=True)
class _Camera:
    """`ends` of each incident for which it is looked at; `due` when its next frame may leave."""

    ends: dict[IncidentId, Monotonic] = field(default_factory=dict)
    due: Monotonic = _NEVER
    sent: Monotonic = _NEVER
    shown: Wall | None = None
    under_way: bool = False


class LiveSchedule:
    """The cameras that one receiver's people look at."""

    def __init__(self) -> None:
        self._cameras: dict[CameraId, _Camera] = {}
        self._open_at = _NEVER

    def watch(self, looks: Iterable[Look], now: Now) -> None:
        """Exactly this is looked at from now on, each for its seconds."""
        for camera in self._cameras.values():
            camera.ends.clear()
        for look in looks:
            camera = self._cameras.setdefault(look.camera, _Camera())
            camera.ends[look.incident] = Monotonic(now.mono + look.seconds)
        self._forget(now)

    def watched(self, now: Now) -> list[tuple[IncidentId, CameraId]]:
        """Return what is looked at."""
        self._forget(now)
        return [(incident, name) for name, each in self._cameras.items() for incident in each.ends]

    def stop(self, incident: IncidentId, camera: CameraId) -> None:
        """Nobody may, or wants to, look at it any more; until it is looked at anew."""
        if found := self._cameras.get(camera):
            found.ends.pop(incident, None)

    def next(self, now: Now) -> tuple[IncidentId, CameraId] | None:
        """Return the camera whose newest frame may leave now; it is under way from here on."""
        self._forget(now)
        if now.mono < self._open_at:
            return None
        due = [
            (each.sent, name)
            for name, each in self._cameras.items()
            if each.ends and not each.under_way and each.due <= now.mono
        ]
        if not due:
            return None
        _, name = min(due)
        camera = self._cameras[name]
        camera.under_way = True
        return next(iter(camera.ends)), name

    def is_news(self, camera: CameraId, taken_at: Wall, now: Now) -> bool:
        """True if a frame is a live one, and not the one that was sent last."""
        found = self._cameras.get(camera)
        fresh = abs(now.wall - taken_at) <= FRESH
        return found is not None and fresh and taken_at != found.shown

    def leaves(self, camera: CameraId, taken_at: Wall, size: int, now: Now) -> None:
        """A frame of `size` bytes begins to leave."""
        found = self._cameras[camera]
        found.sent, found.shown = now.mono, taken_at
        found.due = Monotonic(now.mono + EVERY)
        begun = max(self._open_at, now.mono)
        self._open_at = Monotonic(begun + size / MOST_BYTES_A_SECOND)

    def came_to(self, camera: CameraId, took: Seconds, now: Now) -> None:
        """What was under way of a camera is over, after so long; 0 if there was nothing new."""
        found = self._cameras[camera]
        found.under_way = False
        found.due = max(found.due, Monotonic(now.mono + _AGAIN))
        if took > _QUICK:
            self._open_at = max(self._open_at, Monotonic(now.mono + min(took, _LONGEST_REST)))

    def _forget(self, now: Now) -> None:
        for name, camera in list(self._cameras.items()):
            for incident in [each for each, ends in camera.ends.items() if ends <= now.mono]:
                del camera.ends[incident]
            # What has just been shown is remembered: looking away and back is no way around 5/s.
            if not camera.ends and not camera.under_way and camera.due <= now.mono:
                del self._cameras[name]
