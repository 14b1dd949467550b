"""Looks at every camera now and then, so that a dead one is a trouble before anybody presses.

A thread of its own: the alert path neither waits for it nor needs it.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from gateway.frames import Dead
from gateway.work import Condition, Frame
from wire.ids import CameraId, Wall

# A frame counts as alive for 10 s: with this, a person hears of it within 30 s.
_EVERY_S: Final = 5.0
# The camera process starts beside the gateway, and a stream needs its time.
_BEGIN_AFTER_S: Final = 15.0


class Cameras(Protocol):
    """What the camera process shows."""

    def look(self, camera: CameraId, now: Wall) -> Frame | Dead:
        """Return what is alive, or why not; never raises."""


class Rounds:
    """Puts the Condition `camera-<id>` of each camera when it changes."""

    def __init__(
        self, cameras: Iterable[CameraId], frames: Cameras, put: Callable[[Condition], None]
    ) -> None:
        self._reasons: dict[CameraId, str | None] = dict.fromkeys(cameras)
        self._frames = frames
        self._put = put
        self._pause = threading.Event()

    def start(self) -> None:
        """Begin to look."""
        if self._reasons:
            threading.Thread(target=self._run, name="rounds", daemon=True).start()

    def look(self, now: Wall) -> None:
        """Look at each camera once, at `now`."""
        for camera, before in list(self._reasons.items()):
            seen = self._frames.look(camera, now)
            reason = seen.reason if isinstance(seen, Dead) else None
            if reason != before:
                self._reasons[camera] = reason
                self._put(Condition(f"camera-{camera}", reason))

    def _run(self) -> None:
        self._pause.wait(_BEGIN_AFTER_S)
        while True:
            self.look(Wall(time.time()))
            self._pause.wait(_EVERY_S)
