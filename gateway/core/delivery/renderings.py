"""Caches what was written of an incident since its last change, for retries.  Pure.

Pictures come every few seconds, for hours and without a change: of the renderings with pictures the
oldest is dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.core.delivery.attempt import Attempt
from gateway.core.delivery.channel import Writer
from gateway.core.formats.report import Picture, SilentCamera
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.version import next_version
from wire.ids import AlertId, IncidentId, Wall

# More than are ever on their way at once; each may hold a megabyte of pictures.
_MOST: Final = 8


class WrittenReports:
    """What was written of each incident since its last change."""

    def __init__(self) -> None:
        self._of: dict[IncidentId, Renderings] = {}

    def write(
        self,
        incident: Incident,
        told: Incident,
        plan: Attempt,
        silent: Sequence[SilentCamera],
        writer: Writer,
        newest: int,
        at: Wall,
    ) -> tuple[int, str]:
        """Return the version that tells `at` this time what is `told` as planned, and its text."""
        written = self._of.get(incident.id)
        if written is None or written.changes != incident.changes:
            written = self._of[incident.id] = Renderings(incident.changes)
        part = () if told is incident else tuple(told.alerts)
        version = written.version(incident, (*plan.pictures, *part), newest, at)
        return version, written.get(told, version, plan.pictures, silent, writer)

    def forget(self, incident: IncidentId) -> None:
        """Discard what was written of an incident that is over."""
        self._of.pop(incident, None)


@dataclass(slots=True)
class Renderings:
    """Versions by their content, pictures and alerts, and the text of each by its writer."""

    changes: int
    _versions: dict[tuple[Picture | AlertId, ...], int] = field(default_factory=dict)
    _bodies: dict[tuple[int, Writer], str] = field(default_factory=dict)

    def version(
        self, incident: Incident, content: tuple[Picture | AlertId, ...], newest: int, at: Wall
    ) -> int:
        """Return the version that tells `at` this time of the incident with this content.

        It is that of the last time, unless a channel has carried a `newest` one since, or its
        endpoint holds one.
        """
        version = self._versions.get(content, 0)
        if version and version >= newest:
            return version
        incident.version = next_version(max(incident.version, newest), at)
        self._versions.pop(content, None)
        self._versions[content] = incident.version
        while len(self._versions) > _MOST:
            del self._versions[next(iter(self._versions))]
        known = set(self._versions.values())
        self._bodies = {key: body for key, body in self._bodies.items() if key[0] in known}
        return incident.version

    def get(
        self,
        incident: Incident,
        version: int,
        pictures: Sequence[Picture],
        silent: Sequence[SilentCamera],
        writer: Writer,
    ) -> str:
        """Return what `writer` made of a version, which it is asked for once."""
        body = self._bodies.get((version, writer))
        if body is None:
            body = writer.write(incident, version, pictures, silent)
            self._bodies[version, writer] = body
        return body
