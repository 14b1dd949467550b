"""A report under way to an alarm centre: its events, and what came of them.  Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.formats.dc09.events import Event
from gateway.work import Flight, Taken, Unanswered
from wire.ids import AlertId, Monotonic


@dataclass(frozen=True, slots=True)
class Errand:
    """The events of one report, to be told before `until`."""

    flight: Flight
    events: list[Event]
    until: Monotonic

    def outcome(self, has_taken: Callable[[str], bool], reason: str) -> Taken | Unanswered:
        """Return a receipt for what the centre took of it; none of it: no answer, for `reason`."""
        left = [each for each in self.events if not has_taken(each.name)]
        taken = _alerts(self.events) - _alerts(left)
        if left and not taken:
            return Unanswered(self.flight, reason)
        return Taken(self.flight, "ACK", frozenset(taken))


def _alerts(events: Iterable[Event]) -> set[AlertId]:
    return {AlertId(event.alert) for event in events if event.alert}
