"""A report that should leave, that is on its way, and what its receipt settles.  Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from gateway.core.formats.report import Picture
from wire.ids import AlertId, Monotonic

Lane = Literal["alerts", "pictures"]
AlertPresses = tuple[tuple[AlertId, int], ...]


class Attempt(NamedTuple):
    """A report that should leave now, with these pictures."""

    lane: Lane
    pictures: tuple[Picture, ...]


class Settled(NamedTuple):
    """What a receipt settled: alerts with presses, news up to `changes`, and pictures."""

    alerts: AlertPresses
    changes: int
    pictures: tuple[Picture, ...]


@dataclass(slots=True)
class InFlight:
    """A report on its way: it fails `until` then if nothing moves, and `at_most` then."""

    plan: Attempt
    alerts: Mapping[AlertId, int]
    changes: int
    until: Monotonic
    at_most: Monotonic


class Delivered(NamedTuple):
    """A receipt: the endpoint's own number, and the alerts, with presses, that it newly covers."""

    number: str
    alerts: AlertPresses
