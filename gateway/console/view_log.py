"""Decides which views of pictures and pages are recorded in the timeline.  Pure.

Each view is an event, but a live view of an hour is one, not 18,000: the same person viewing the
same camera, or the same page, is recorded again after ten minutes.
"""

from collections.abc import Iterable
from typing import Final, TypeVar

from wire.ids import IncidentId, Monotonic, Seconds

AGAIN: Final = Seconds(600.0)
_MOST: Final = 50_000

_Key = tuple[IncidentId, str, str, str]
Subject = TypeVar("Subject", bound=str)


class ViewLog:
    """The views that were recorded recently."""

    def __init__(self) -> None:
        self._written: dict[_Key, Monotonic] = {}

    def news(
        self, incident: IncidentId, by: str, what: str, subjects: Iterable[Subject], now: Monotonic
    ) -> list[Subject]:
        """Return those of `subjects` for which this view, `what` of them, is to be recorded."""
        if len(self._written) > _MOST:
            self._written = {k: at for k, at in self._written.items() if now - at < AGAIN}
        fresh = []
        for subject in subjects:
            key = (incident, by, what, subject)
            if now - self._written.get(key, Monotonic(now - AGAIN)) >= AGAIN:
                self._written[key] = now
                fresh.append(subject)
        return fresh
