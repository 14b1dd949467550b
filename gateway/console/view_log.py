"""Decides which views of pictures are recorded in the timeline.  Pure.

Each view is an event, but a live view of an hour is one, not 18,000: the same person viewing the
same camera of the same incident is recorded again after ten minutes.
"""

from collections.abc import Iterable
from typing import Final

from wire.ids import CameraId, IncidentId, Monotonic, Seconds

AGAIN: Final = Seconds(600.0)
_MOST: Final = 50_000

_Key = tuple[IncidentId, str, str, CameraId]


class ViewLog:
    """The views that were recorded recently."""

    def __init__(self) -> None:
        self._written: dict[_Key, Monotonic] = {}

    def news(
        self, incident: IncidentId, by: str, what: str, cameras: Iterable[CameraId], now: Monotonic
    ) -> list[CameraId]:
        """Return those of `cameras` for which this view, `what` of them, is to be recorded."""
        if len(self._written) > _MOST:
            self._written = {k: at for k, at in self._written.items() if now - at < AGAIN}
        fresh = []
        for camera in cameras:
            key = (incident, by, what, camera)
            if now - self._written.get(key, Monotonic(now - AGAIN)) >= AGAIN:
                self._written[key] = now
                fresh.append(camera)
        return fresh
