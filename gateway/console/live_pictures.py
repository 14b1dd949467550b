"""Live pictures: each camera is read once however many watch it, and not at all when nobody does.

A stream is multipart JPEG of all the cameras that a page shows, over one connection.  A camera that
shows nothing sends its reason in words instead, never an old picture.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from gateway.cameras.events import Why
from gateway.cameras.frames import Unavailable
from gateway.core.values import Frame
from wire.clean import clean
from wire.ids import CameraId, Seconds, Wall
from wire.moment import write_moment

BOUNDARY: Final = "tocsin-frame"
MEDIA_TYPE: Final = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
# Five frames a second.
_EVERY: Final = Seconds(0.2)
_LEASE_EVERY: Final = Seconds(1.0)
# What does not change is said again, so that a page knows the connection lives.
_AGAIN: Final = Seconds(2.0)


class Frames(Protocol):
    """The memory folder."""

    def current(self, camera: CameraId, now: Wall) -> Frame | Unavailable:
        """Return what a person may be shown of the camera at `now`."""


class LeaseRenewals(Protocol):
    """The leases on cameras."""

    def renew(self, camera: CameraId, why: Why, by: str = "") -> None:
        """Need a camera for the next seconds."""


@dataclass(slots=True)
class _CameraView:
    watchers: int = 0
    part: bytes = b""
    taken: Wall | None = None
    alive: bool = False


class LivePictures:
    """Lives in the event loop's thread; reading a file in memory holds it for 0.1 ms."""

    def __init__(self, frames: Frames, leases: LeaseRenewals) -> None:
        self._frames = frames
        self._leases = leases
        self._windows: dict[CameraId, _CameraView] = {}

    async def run(self) -> None:
        """Read the cameras that are watched until cancelled."""
        leased = 0.0
        while True:
            lease = time.monotonic() - leased >= _LEASE_EVERY
            leased = time.monotonic() if lease else leased
            for camera, window in self._windows.items():
                if lease:
                    self._leases.renew(camera, Why.VIEW)
                self._refresh(camera, window)
            await asyncio.sleep(_EVERY / 2)

    async def watch(self, cameras: Sequence[CameraId]) -> AsyncGenerator[bytes, None]:
        """Yield parts of the stream, some every 2 s at least; a slow reader gets fewer frames."""
        for camera in cameras:
            self._windows.setdefault(camera, _CameraView()).watchers += 1
            self._leases.renew(camera, Why.VIEW)
        sent: dict[CameraId, bytes] = {}
        told = time.monotonic()
        try:
            while True:
                again = time.monotonic() - told >= _AGAIN
                news = b"".join([self._news(camera, sent, again) for camera in cameras])
                if news or again:
                    told = time.monotonic()
                    yield news or _part("text/plain", "", "", b"")
                await asyncio.sleep(_EVERY)
        finally:
            for camera in cameras:
                self._leave(camera)

    def _news(self, camera: CameraId, sent: dict[CameraId, bytes], again: bool) -> bytes:
        window = self._windows[camera]
        if window.part is sent.get(camera) and not (again and not window.alive):
            return b""
        sent[camera] = window.part
        return window.part

    def _leave(self, camera: CameraId) -> None:
        window = self._windows[camera]
        window.watchers -= 1
        if not window.watchers:
            del self._windows[camera]

    def _refresh(self, camera: CameraId, window: _CameraView) -> None:
        seen = self._frames.current(camera, Wall(time.time()))
        window.alive = isinstance(seen, Frame)
        if isinstance(seen, Frame):
            if seen.taken_at != window.taken:
                window.taken = seen.taken_at
                window.part = _part("image/jpeg", camera, write_moment(seen.taken_at), seen.jpeg)
            return
        window.taken = None
        since = write_moment(seen.since) if seen.since else ""
        part = _part("text/plain", camera, since, clean(seen.reason).encode())
        if part != window.part:
            window.part = part


def _part(kind: str, camera: str, at: str, body: bytes) -> bytes:
    head = (
        f"--{BOUNDARY}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        f"X-Camera: {camera}\r\nX-At: {at}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n"
