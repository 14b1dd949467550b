"""Checks every camera periodically, so that a dead one is a trouble before anybody presses.

A thread of its own: the alert path neither waits for it nor needs it.
"""

import time
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from gateway.cameras.frames import Unavailable
from gateway.core.events import HealthStatus
from gateway.core.values import Frame
from service.events import CallbackFailed
from service.periodic import Periodic
from wire.gateway_troubles import CAMERA
from wire.ids import CameraId, Seconds, Wall

# A frame counts as alive for 10 s: with this, a person hears of it within 30 s.
_EVERY: Final = Seconds(5.0)
# The camera process starts beside the gateway, and a stream needs its time.
_FIRST: Final = Seconds(15.0)


class Cameras(Protocol):
    """What the camera process shows."""

    def current(self, camera: CameraId, now: Wall) -> Frame | Unavailable:
        """Return what is alive, or why not; never raises."""


class CameraMonitor:
    """Puts the HealthStatus `camera-<id>` of each camera when it changes."""

    def __init__(
        self,
        cameras: Iterable[CameraId],
        frames: Cameras,
        put: Callable[[HealthStatus | CallbackFailed], None],
    ) -> None:
        self._reasons: dict[CameraId, str | None] = dict.fromkeys(cameras)
        self._frames = frames
        self._put = put
        self._periodic = Periodic("camera-monitor", _EVERY, self._check_now, put, _FIRST)

    def start(self) -> None:
        """Start the thread."""
        if self._reasons:
            self._periodic.start()

    def check(self, now: Wall) -> None:
        """Check each camera once, at `now`."""
        for camera, before in list(self._reasons.items()):
            seen = self._frames.current(camera, now)
            reason = seen.reason if isinstance(seen, Unavailable) else None
            if reason != before:
                self._reasons[camera] = reason
                self._put(HealthStatus(CAMERA.name(camera), reason))

    def _check_now(self) -> None:
        self.check(Wall(time.time()))
