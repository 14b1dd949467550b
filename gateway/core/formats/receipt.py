"""What counts as delivered.  A receipt is positive: what might be something else is none.  Pure.

Each format has a judge function of its own beside it; here is what they share.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Final, NamedTuple

from gateway.core.events import ResponseReceived
from gateway.core.formats.page import is_page
from wire.clean import clean
from wire.ids import AlertId
from wire.moves import Move

# OK, Created, Accepted, No Content: the others say that something is left out or was changed.
_DONE: Final = frozenset({200, 201, 202, 204})
# No report, too long, or not to be processed: of what was sent, not of how the endpoint is.
_LASTING: Final = frozenset({400, 413, 422})
PAGE: Final = "the answer is a web page, as of a guest network's login, and not a receipt"
# However long Retry-After is, tries come within 5 s of each other.
LONGEST_RETRY_AFTER: Final = 4.8
NO_MOVES: Final[Mapping[AlertId, Move]] = MappingProxyType({})


class Receipt(NamedTuple):
    """An endpoint's receipt: its own number, and the alerts it took (None: all it was sent).

    `held` is the newest version of the incident that it has; 0 if it does not say.  `moves` are
    those that it holds of alerts, and that the report did not tell.
    """

    number: str
    alerts: AbstractSet[AlertId] | None
    held: int = 0
    moves: Mapping[AlertId, Move] = NO_MOVES


class Refusal(NamedTuple):
    """An answer that is no receipt, in words for the endpoint's operator.

    `lasting`: it is the report itself that is refused, and will be again.  `held`: the endpoint has
    this newer version of the incident, which it was not told by this process, and these `moves`.
    """

    reason: str
    lasting: bool = False
    held: int = 0
    moves: Mapping[AlertId, Move] = NO_MOVES


Judge = Callable[[ResponseReceived], Receipt | Refusal]
"""Judges an endpoint's answer to a report; never raises."""


def refusal_by_status(response: ResponseReceived) -> Refusal | None:
    """Return why the answer is a no, whatever its body says; None if it may be a receipt."""
    status = response.status
    if 300 <= status < 400:
        return Refusal(f"the receiver redirects (HTTP {status}); give its final address as url")
    if not 200 <= status < 300:
        words = clean(response.body[:200].decode(errors="replace"))
        return Refusal(f"the receiver answered HTTP {status}: {words}", status in _LASTING)
    return None


def judge_status(response: ResponseReceived) -> Receipt | Refusal:
    """For a receiver whose status is all that it can say."""
    if refusal := refusal_by_status(response):
        return refusal
    if is_page(response.headers, response.body):
        return Refusal(PAGE)
    if response.status not in _DONE:
        return Refusal(f"the receiver answered HTTP {response.status}, which does not say yes")
    return Receipt("", None)


def asked_to_wait(headers: Mapping[str, str]) -> float:
    """Return the seconds of Retry-After, 0 to LONGEST_RETRY_AFTER: retries never stop."""
    try:
        seconds = float(headers.get("retry-after", 0))
    except ValueError:
        return 0.0
    # Not a number compares as false, and so asks for nothing.
    return min(seconds, LONGEST_RETRY_AFTER) if seconds > 0 else 0.0
