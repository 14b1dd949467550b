"""One channel to an endpoint: its form of report, and what counts as a receipt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.core.delivery.waits import NO_WAIT
from gateway.core.formats.receipt import Judge
from gateway.core.formats.report import Picture, SilentCamera
from gateway.core.incidents.incident import Incident
from wire.ids import EndpointName, Seconds


class Writer(Protocol):
    """A form in which incidents are told; the same incident, the same text."""

    @property
    def shows_pictures(self) -> bool:
        """False if pictures have no place in this form."""

    def write(
        self,
        incident: Incident,
        version: int,
        pictures: Sequence[Picture],
        silent: Iterable[SilentCamera],
    ) -> str:
        """Return the incident as it stands, as its `version`."""

    def forget(self, incident: Incident) -> None:
        """Discard what was kept of an incident that is over."""


@dataclass(frozen=True, slots=True)
class Channel:
    """The terms of a channel: its endpoint, its judge of receipts, its writer, and how long it
    waits for the others.  `probed`: a probe connects to it while nothing is to report.
    """

    endpoint: EndpointName
    judge: Judge
    writer: Writer
    after: Seconds = NO_WAIT
    probed: bool = False
