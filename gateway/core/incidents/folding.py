"""One unit that tells alert after alert: past a small number they are presses of one alert.  Pure.

Nothing is dropped: each such id counts once, as a press of an alert that is the gateways' own, and
the unit hears under the id that it sent how far the press got.  So however many ids a unit makes
up, an incident, its reports and their receipts stay as small as `wire/limits.py` says, and what the
unit presses again under an id from before is counted as ever.

Only the newest ids of each unit are known, and none after a start: one that comes again later than
that counts once more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from gateway.core.effects import Effect, SendProgress
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.presses import FurtherPress
from gateway.core.values import Now
from wire.ids import AlertId, UnitId
from wire.limits import MOST_PRESSES
from wire.stage import Answer, Stage

_MOST_KNOWN: Final = 64


@dataclass(slots=True)
class Folded:
    """An id that stands for a press of another alert: `into` it, as its press number `counts`.

    `presses` are those that the unit claimed under this id, `told` what it last heard of them.
    """

    into: AlertId
    counts: int
    presses: int
    told: tuple[Stage, Answer] | None = None


class FoldedAlerts:
    """The ids of each unit that stand for presses of an alert of the gateways' own."""

    def __init__(self) -> None:
        self._of_unit: dict[UnitId, dict[AlertId, Folded]] = {}

    def get(self, unit: UnitId, alert: AlertId) -> Folded | None:
        """Return what an id of `unit` stands for; None if it stands for itself, or is unknown."""
        return self._of_unit.get(unit, {}).get(alert)

    def first(self, into: AlertId, claim: IncomingAlert) -> IncomingAlert:
        """Return the alert as the first press of `into`, unless it is that itself."""
        if claim.id == into:
            return claim
        self._remember(claim, into, 1)
        return replace(claim, id=into, presses=1, further=())

    def fold(self, incident: Incident, into: Alert, claim: IncomingAlert, now: Now) -> None:
        """Count the alert as a press more of `into`; the oldest of the unit's ids gives way."""
        counts = min(into.presses + 1, MOST_PRESSES)
        into.date((FurtherPress(counts, claim.pressed_at, now.wall, claim.pressed),))
        into.learn(claim)
        incident.press_again(into, counts, now, claim.doubts)
        self._remember(claim, into.id, counts)

    def _remember(self, claim: IncomingAlert, into: AlertId, counts: int) -> None:
        known = self._of_unit.setdefault(claim.unit, {})
        known.pop(claim.id, None)
        known[claim.id] = Folded(into, counts, claim.presses)
        while len(known) > _MOST_KNOWN:
            del known[next(iter(known))]

    def told_too(self, effects: Iterable[Effect]) -> list[Effect]:
        """Return the effects, with progress for each id that stands for a press which they cover.

        The same progress is told once; who asks again by a repeat is told again.
        """
        return [each for effect in effects for each in (effect, *self._under_other_ids(effect))]

    def _under_other_ids(self, effect: Effect) -> Iterator[SendProgress]:
        if not isinstance(effect, SendProgress):
            return
        for alert, folded in self._of_unit.get(effect.unit, {}).items():
            news = effect.stage, effect.answer
            covered = folded.into == effect.alert and folded.counts <= effect.presses
            if covered and folded.told != news:
                folded.told = news
                yield effect._replace(alert=alert, presses=folded.presses)
