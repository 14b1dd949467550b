"""What is still to be kept: handed over by the loop, taken by the thread that keeps it.

While the disk takes nothing this may be for hours, so it is bounded: documents that brought no
press to their endpoint give way first, the oldest of them before the newer ones.
"""

import threading
from collections.abc import Iterable
from typing import Final, NamedTuple

from gateway.core.effects import KeepDocuments, KeepMoments
from gateway.core.moments import Moment
from gateway.store.evidence.numbered import Document
from wire.ids import EndpointName, IncidentId, Wall

MOST_BYTES: Final = 16_000_000
MOST_DOCUMENTS: Final = 2_000
# Of each press there are three: several storms of a whole school.
_MOST_MOMENTS: Final = 50_000
# Far more than the incidents of a day at all endpoints; who is left out counts from 1 again.
_MOST_COUNTED: Final = 10_000


class Waiting(NamedTuple):
    """What is to be kept, as it came."""

    documents: list[Document]
    moments: list[Moment]


NOTHING_WAITS: Final = Waiting([], [])


class EvidenceBacklog:
    """What waits, of a gateway that started at `run`; no thread waits for a disk.

    `most` documents wait, of `most_bytes` in all.
    """

    def __init__(self, run: Wall, most: int = MOST_DOCUMENTS, most_bytes: int = MOST_BYTES) -> None:
        self._run = run
        self._most = most
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._documents: list[Document] = []
        self._moments: list[Moment] = []
        self._bytes = 0
        self._places: dict[tuple[IncidentId, EndpointName], int] = {}

    def add(self, work: KeepDocuments | KeepMoments) -> None:
        """Hand over what is to be kept."""
        with self._lock:
            if isinstance(work, KeepDocuments):
                self._append(self._numbered(work))
            else:
                self._moments = [*self._moments, *work.moments][:_MOST_MOMENTS]

    @property
    def is_empty(self) -> bool:
        """True if nothing waits."""
        return not (self._documents or self._moments)

    def take(self) -> Waiting:
        """Return all that waits, and hold it no more."""
        with self._lock:
            waiting = Waiting(self._documents, self._moments)
            self._documents, self._moments, self._bytes = [], [], 0
            return waiting

    def give_back(self, waiting: Waiting) -> None:
        """The disk did not take it: it is older than what came since."""
        with self._lock:
            newer, self._documents, self._bytes = self._documents, [], 0
            self._append([*waiting.documents, *newer])
            self._moments = [*waiting.moments, *self._moments][:_MOST_MOMENTS]

    def _numbered(self, work: KeepDocuments) -> list[Document]:
        key = work.flight.incident, work.endpoint
        first = self._places.pop(key, 0) + 1
        self._places[key] = first + len(work.exchanges) - 1
        while len(self._places) > _MOST_COUNTED:
            del self._places[next(iter(self._places))]
        return [
            Document(
                *key,
                work.flight.channel,
                work.flight.version,
                self._run,
                place,
                exchange,
                work.has_pictures,
                work.number,
                tuple(each for each in work.alerts if exchange.alert in (None, each[0])),
            )
            for place, exchange in enumerate(work.exchanges, first)
        ]

    def _append(self, documents: Iterable[Document]) -> None:
        for each in documents:
            self._documents.append(each)
            self._bytes += each.size
            while len(self._documents) > self._most or self._bytes > self._most_bytes:
                self._drop_one()

    def _drop_one(self) -> None:
        """If all brought a press the newest gives way: the first ones say since when."""
        spare = (at for at, each in enumerate(self._documents) if not each.alerts)
        dropped = self._documents.pop(next(spare, -1))
        self._bytes -= dropped.size
