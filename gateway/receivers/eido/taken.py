"""What a subscriber took, as evidence of it.  Pure."""

from collections.abc import Callable, Iterable

from gateway.core.formats.eido import MEDIA_TYPE
from gateway.core.values import Exchange
from gateway.receivers.eido.subscription import TakenEvent
from wire.ids import Monotonic, Wall


def exchanges_of(
    taken: Iterable[TakenEvent], wall: Callable[[Monotonic], Wall]
) -> tuple[Exchange, ...]:
    """Return each event with its answer; `wall` says when a moment was."""
    return tuple(
        Exchange(MEDIA_TYPE, event.encode(), wall(sent), answer.encode(), wall(answered))
        for event, sent, answer, answered in taken
    )
