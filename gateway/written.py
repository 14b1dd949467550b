"""What was written of an incident since its last change, for reports that are tried again.  Pure.

Pictures come every few seconds, for hours and without a change: of what was written with them the
oldest goes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from gateway.incident import Incident
from gateway.report import Picture

# More than are ever on their way at once; each may hold a megabyte of pictures.
_MOST: Final = 8


@dataclass(slots=True)
class Written:
    """Versions by their pictures, and the text of each by whoever wrote it."""

    changes: int
    _versions: dict[tuple[Picture, ...], int] = field(default_factory=dict)
    _bodies: dict[tuple[int, object], str] = field(default_factory=dict)

    def version(self, incident: Incident, pictures: tuple[Picture, ...], newest: int) -> int:
        """Return the version that tells of the incident with these pictures.

        It is that of the last time, unless a way has carried a `newest` one since.
        """
        version = self._versions.get(pictures, 0)
        if version and version >= newest:
            return version
        incident.version += 1
        self._versions.pop(pictures, None)
        self._versions[pictures] = incident.version
        while len(self._versions) > _MOST:
            del self._versions[next(iter(self._versions))]
        known = set(self._versions.values())
        self._bodies = {key: body for key, body in self._bodies.items() if key[0] in known}
        return incident.version

    def body(self, version: int, writer: object, write: Callable[[], str]) -> str:
        """Return what `writer` made of a version; `write` is asked once."""
        body = self._bodies.get((version, writer))
        if body is None:
            body = self._bodies[version, writer] = write()
        return body
