"""Which refusals are written down one by one, and which are counted.  Pure.

A stranger decides how many refusals there are: the first of a peer are written down, the rest is
told as a number once a minute, so that nobody fills books or a log.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wire.ids import Monotonic, Seconds

FREE: Final = 5  # of one peer in a minute
_FREE_OF_ALL: Final = 50
_MINUTE: Final = Seconds(60.0)
_OTHERS: Final = "many addresses"


@dataclass(slots=True)
class _Count:
    since: Monotonic
    told: int = 0
    untold: int = 0


class Refusals:
    """The refusals of the last minute, by the peer that they are counted under."""

    def __init__(self) -> None:
        self._peers: dict[str, _Count] = {}

    def is_told(self, peer: str, now: Monotonic) -> bool:
        """Count a refusal; True if it is written down by itself."""
        all_told = sum(each.told for each in self._peers.values())
        is_new = peer not in self._peers
        if is_new and len(self._peers) >= _FREE_OF_ALL:
            peer = _OTHERS
        count = self._peers.setdefault(peer, _Count(now))
        if count.told < FREE and all_told < _FREE_OF_ALL:
            count.told += 1
            return True
        count.untold += 1
        return False

    def due(self, now: Monotonic) -> Iterator[tuple[str, int]]:
        """Yield each peer whose minute is over, with how many refusals were not told of it."""
        for peer, count in list(self._peers.items()):
            if now - count.since >= _MINUTE:
                del self._peers[peer]
                if count.untold:
                    yield peer, count.untold
