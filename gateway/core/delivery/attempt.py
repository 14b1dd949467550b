"""A report that should leave, that is on its way, and what its receipt settles.  Values only."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from gateway.core.formats.receipt import NO_MOVES
from gateway.core.formats.report import Picture
from gateway.core.incidents.incident import Incident
from wire.ids import AlertId, Monotonic
from wire.limits import MOST_ALERTS
from wire.moves import Move

Lane = Literal["alerts", "pictures"]
AlertPresses = tuple[tuple[AlertId, int], ...]


class Portion(NamedTuple):
    """The owed `alerts` of a report, which tells at most `most` in all and none of `without`."""

    alerts: tuple[AlertId, ...]
    most: int = MOST_ALERTS
    without: AbstractSet[AlertId] = frozenset()

    def of(self, incident: Incident) -> Incident:
        """Return the incident with no more alerts than are told; never without any."""
        alerts = incident.named
        if alerts is incident.alerts and len(alerts) <= self.most and not self.without:
            return incident
        others = [name for name in reversed(alerts) if name not in self.without]
        names = set(list(dict.fromkeys((*self.alerts, *others)))[: self.most])
        names = names or set(list(alerts)[-1:])
        told = {name: alert for name, alert in alerts.items() if name in names}
        return replace(incident, alerts=told)


class Attempt(NamedTuple):
    """A report that should leave now, with these pictures, of so much of the incident."""

    lane: Lane
    pictures: tuple[Picture, ...]
    portion: Portion = Portion(())


class Settled(NamedTuple):
    """What a receipt settled: alerts with presses, news up to `changes`, and pictures.

    `lane` is that of the report, None if nothing is known of it any more.
    """

    alerts: AlertPresses
    changes: int
    pictures: tuple[Picture, ...]
    lane: Lane | None = None


@dataclass(slots=True)
class InFlight:
    """A report of `told` alerts on its way: it fails `until` then if nothing moves, and `at_most`
    then.
    """

    plan: Attempt
    told: int
    alerts: Mapping[AlertId, int]
    changes: int
    until: Monotonic
    at_most: Monotonic


class Delivered(NamedTuple):
    """A receipt: the endpoint's own number, and the alerts, with presses, that it newly covers.

    `lane` is that of the report that was taken, None if it was none that is awaited.  `moves` are
    those of alerts that the endpoint holds, and that the report did not tell.
    """

    number: str
    alerts: AlertPresses
    lane: Lane | None = None
    moves: Mapping[AlertId, Move] = NO_MOVES
