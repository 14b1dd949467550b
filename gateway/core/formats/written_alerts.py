"""What a form tells of an incident's alerts one by one, kept for the next version of it.  Pure.

A storm makes many versions of a long document, in which hardly an alert has changed.  So the texts
are kept, and kept joined, in blocks: what did not change is compared, and not written again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from operator import attrgetter
from typing import Any, Final

from gateway.core.incidents.alert import Alert
from gateway.core.incidents.incident import Incident
from wire.ids import IncidentId

_BLOCK: Final = 64
# What of an alert a later version may tell otherwise, and which alert it is.
_facts: Final[Callable[[Alert], tuple[Any, ...]]] = attrgetter(
    "id", "presses", "room", "pressed_at", "answer", "further", "doubts", "evidence"
)


@dataclass(slots=True)
class _Written:
    """The facts of each alert, its text, and the joined texts of each block."""

    facts: list[tuple[Any, ...]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)


class WrittenAlerts:
    """The alerts of each incident as `write` tells them, with `between` one and the next."""

    def __init__(self, write: Callable[[Alert], str], between: str) -> None:
        self._write = write
        self._between = between
        self._written: dict[IncidentId, _Written] = {}

    def of(self, incident: Incident) -> str:
        """Return all alerts of `incident` as they stand."""
        kept = self._written.setdefault(incident.id, _Written())
        alerts = list(incident.alerts.values())
        facts = list(map(_facts, alerts))
        if facts != kept.facts:
            for start in range(0, len(alerts), _BLOCK):
                if facts[start : start + _BLOCK] != kept.facts[start : start + _BLOCK]:
                    self._write_block(kept, start, alerts[start : start + _BLOCK], facts)
            del kept.texts[len(alerts) :]
            del kept.blocks[ceil(len(alerts) / _BLOCK) :]
            kept.facts = facts  # last: what could not be written is tried again
        return self._between.join(kept.blocks)

    def forget(self, incident: Incident) -> None:
        """Discard what was kept of an incident that is over."""
        self._written.pop(incident.id, None)

    def _write_block(
        self, kept: _Written, start: int, alerts: list[Alert], facts: list[tuple[Any, ...]]
    ) -> None:
        texts = [
            kept.texts[at] if kept.facts[at : at + 1] == facts[at : at + 1] else self._write(alert)
            for at, alert in enumerate(alerts, start)
        ]
        kept.texts[start : start + _BLOCK] = texts
        number = start // _BLOCK
        kept.blocks[number : number + 1] = [self._between.join(texts)]
