"""How much of an incident an endpoint is told at once, where it does not take all of it.  Pure.

A report that is refused for what it is would be refused for ever.  So it is told in portions: half
as many alerts each time, the newest first, until one is taken; what is refused even alone is left
out of the others and tried again by itself when nothing else is owed.  So no alert shares the fate
of another one, and what was taken makes the next portion larger again.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from gateway.core.delivery.attempt import InFlight, Portion
from wire.ids import AlertId
from wire.limits import MOST_ALERTS, MOST_PICTURES


@dataclass(slots=True)
class Portions:
    """What one endpoint takes of one incident: at most so many alerts and
    pictures, and not the alerts that were `refused` even alone.
    """

    most: int = MOST_ALERTS
    pictures: int = MOST_PICTURES
    refused: dict[AlertId, None] = field(default_factory=dict)

    def choose(
        self, owed: Iterable[AlertId], flying: AbstractSet[AlertId], *, alone: bool
    ) -> Portion:
        """Return what to tell next of what is `owed`: the newest first, if all is too much.

        What was refused has its turn `alone` if nothing else is owed.
        """
        names = [name for name in owed if name not in self.refused]
        if alone and not names and self.refused:
            next_one = next(iter(self.refused))
            return Portion((next_one,), 1, frozenset(self.refused.keys() - {next_one}))
        if len(names) > self.most:
            newest = list(reversed(names))
            names = sorted(newest, key=lambda name: name in flying)[: self.most]
        return Portion(tuple(names), self.most, frozenset(self.refused))

    def was_refused(self, flight: InFlight, owed: Iterable[AlertId]) -> bool:
        """A report was refused for what it is: True if less of what is `owed` may go at once."""
        if flight.plan.lane == "pictures":
            self.pictures = max(1, len(flight.plan.pictures) // 2)
            return False
        if flight.told > 1:
            self.most = max(1, min(self.most, flight.told) // 2)
            return True
        for name in flight.alerts:  # the last in turn, however often
            self.refused.pop(name, None)
            self.refused[name] = None
        return self.takes_any(owed)

    def takes_any(self, owed: Iterable[AlertId]) -> bool:
        """True if some of what is `owed` was not refused by itself."""
        return any(name not in self.refused for name in owed)

    def was_taken(self, alerts: Iterable[AlertId]) -> None:
        """An endpoint has these alerts: it may take more at once."""
        self.most = min(self.most * 2, MOST_ALERTS)
        for name in alerts:
            self.refused.pop(name, None)
