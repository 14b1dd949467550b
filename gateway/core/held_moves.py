"""Compares the moves of alerts with those that endpoints hold, which their receipts say.  Pure.

A crash loses moves that were told and not committed, and a clock that was set back numbers later
ones below them, or as them.  So who holds a newer one says so, and all sides end with the same.

Rule 1: a move that this process made, and that an endpoint is told for the first time, is later
        than what that endpoint holds, whatever its number says: it is made again above that.
Rule 2: any other move that an endpoint holds it was told by one of the school's gateways, and
        counts here as if that one said so now.
Rule 3: a receipt stays one whatever it says of moves, and an endpoint may say so much and no more:
        none has incidents opened, or reports told again, without end.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from gateway.core.delivery.attempt import Delivered
from gateway.core.delivery.outbox import Outbox
from gateway.core.effects import Effect
from gateway.core.formats.receipt import Refusal
from gateway.core.incidents.registry import Incidents
from gateway.core.incidents.timeline import Event
from gateway.core.moving import AlertMoves
from gateway.core.values import Now, ReportId
from wire.answers import GOES_ON
from wire.ids import AlertId, EndpointName
from wire.limits import MOST_MOVES
from wire.moves import Move, counted, made_again, newer

log = logging.getLogger(__name__)

# Of one endpoint while this process runs: as many as a store that is lost may have held.
_MOST: Final = 2 * MOST_MOVES


class HeldMoves:
    """Says what follows from the moves that endpoints hold."""

    def __init__(
        self, incidents: Incidents, outbox: Outbox, moves: AlertMoves, most: int = _MOST
    ) -> None:
        self._incidents = incidents
        self._outbox = outbox
        self._moves = moves
        self._most = most
        self._heard: Counter[EndpointName] = Counter()

    def untold(self, flight: ReportId) -> frozenset[AlertId]:
        """Return the alerts of whose last moves an endpoint hears first by this report; to be asked
        before its receipt is booked.
        """
        incident = self._outbox.incident(flight)
        if incident is None or not incident.made:
            return frozenset()
        made = incident.made.items()
        return frozenset(name for name, at in made if not self._outbox.has_told(flight, at))

    def compare(
        self,
        endpoint: EndpointName,
        outcome: Delivered | Refusal,
        untold: AbstractSet[AlertId],
        now: Now,
    ) -> list[Effect]:
        """An endpoint says what it holds, and its report told it of the `untold` moves."""
        work: list[Effect] = []
        if isinstance(outcome, Refusal) and outcome.held:
            for name in untold:
                work += self._moves.make_again(name, outcome.held, now)
        return [*work, *self._held(endpoint, outcome.moves, untold, now)] if outcome.moves else work

    def _held(
        self,
        endpoint: EndpointName,
        held: Mapping[AlertId, Move],
        untold: AbstractSet[AlertId],
        now: Now,
    ) -> list[Effect]:
        work: list[Effect] = []
        learned: dict[Move, list[AlertId]] = {}
        for name, move in held.items():
            incident = self._incidents.of_alert(name)
            ours = incident.moves.get(name) if incident else None
            if incident is None or newer(ours, move) == ours or not self._is_heard(endpoint):
                continue
            if ours and name in untold and made_again(ours, counted(move.number)) > move:
                work += self._moves.make_again(name, counted(move.number), now)
            else:
                learned.setdefault(move, []).append(name)
        line = Event(now.wall, GOES_ON, text=f"as {endpoint} was told")
        for move, names in learned.items():
            work += self._moves.learn(move, names, line, now)
        return work

    def _is_heard(self, endpoint: EndpointName) -> bool:
        self._heard[endpoint] += 1
        if self._heard[endpoint] == self._most + 1:
            log.warning("%s holds other moves again and again: not heard from now on", endpoint)
        return self._heard[endpoint] <= self._most
