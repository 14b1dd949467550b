"""What waits to be kept, each document with its number: one that is lost is a gap.  Values only."""

from typing import NamedTuple

from gateway.core.values import Exchange
from wire.ids import AlertId, EndpointName, IncidentId, Wall


class Document(NamedTuple):
    """A document that `endpoint` acknowledged by its receipt `number`, the `place`th of this `run`.

    `alerts`, with presses, are those that it had by this one and not before.
    """

    incident: IncidentId
    endpoint: EndpointName
    channel: str
    version: int
    run: Wall
    place: int
    exchange: Exchange
    has_pictures: bool
    number: str
    alerts: tuple[tuple[AlertId, int], ...]

    @property
    def size(self) -> int:
        """Return how many bytes it and its receipt have."""
        return len(self.exchange.document) + len(self.exchange.answer)
