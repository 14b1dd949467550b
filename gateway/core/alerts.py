"""Handles each alert that a unit sends.  Pure.

Reports leave by `Outbox.launches`, called once for all that came in together.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from gateway.core.delivery.outbox import Outbox
from gateway.core.effects import Effect, KeepMoments, SaveAlert, SendProgress
from gateway.core.exercises import ExerciseHandler
from gateway.core.incidents.authenticity import Keyring, verification_warning
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import IncomingAlert, called_at_the_console, read_alert
from gateway.core.incidents.placement import Placement
from gateway.core.incidents.progress import Progress, progress_of
from gateway.core.incidents.registry import Incidents
from gateway.core.moments import moments_by_unit
from gateway.core.moving import AlertMoves
from gateway.core.press_evidence import EvidenceNews
from gateway.core.press_news import PressNews
from gateway.core.site import Register
from gateway.core.supervision.troubles import Troubles
from gateway.core.values import Now
from service.events import MessageReceived
from wire.exercise import Exercise
from wire.ids import AlertId, EndpointName, RoomId, SiteId, UnitId
from wire.messages import Alert as WireAlert
from wire.messages import IncidentEvent
from wire.modes import LIVE
from wire.supervision_troubles import UNVERIFIED_ALERT

log = logging.getLogger(__name__)

# A log must not grow with what a sender sends.
_REPLAYS_LOGGED: Final = frozenset(10**n for n in range(9))


class AlertHandler:
    """Puts each alert into its incident, and has endpoints, disk and cameras follow."""

    def __init__(
        self,
        site: SiteId,
        register: Register,
        incidents: Incidents,
        outbox: Outbox,
        progress: Progress,
        troubles: Troubles,
        keyring: Keyring,
        moves: AlertMoves,
        news: PressNews,
        exercises: ExerciseHandler,
    ) -> None:
        self._site = site
        self._register = register
        self._incidents = incidents
        self._outbox = outbox
        self._progress = progress
        self._troubles = troubles
        self._keyring = keyring
        self._moves = moves
        self._news = news
        self._exercises = exercises
        self._told: list[WireAlert] = []
        self._evidence = EvidenceNews(outbox)
        self._replays: Counter[UnitId] = Counter()

    def use_register(self, register: Register, now: Now) -> None:
        """Place alerts by another register from now on; the next report has rooms' new names."""
        self._register = register
        self._news.use_register(register)
        for incident in self._incidents.all_open():
            if self._rename(incident):
                incident.changes += 1
                self._outbox.changed(incident, now)

    def restored(
        self,
        incidents: Iterable[Incident],
        receipts: Mapping[EndpointName, set[AlertId]],
        now: Now,
    ) -> None:
        """After a start: owe each endpoint what the disk holds no receipt of."""
        for incident in incidents:
            self._rename(incident)
            for endpoint, named in receipts.items():
                for name in incident.alerts.keys() - named:
                    self._outbox.owe_one(endpoint, incident, name, now)
            # Without an alert it is no report: no receiver would ever take it.
            if incident.named and (incident.closed or incident.events or incident.marks):
                self._outbox.tell_again(incident, now)
            for name in incident.nowhere() if incident.mode == LIVE else ():
                self._progress.watch(incident.alerts[name])
            if not incident.closed:
                self._news.resume(incident, now)

    def arrived(self, unit: UnitId, message: MessageReceived, now: Now) -> list[Effect]:
        """A unit's alert, first or repeated, readable or not."""
        claim = read_alert(self._site, unit, message.payload, self._register, now)
        if over := self._incidents.ends.before(claim, self._register.revoked):
            self._count_replay(unit)
            return [SendProgress(unit, *over)]
        claim = self._incidents.with_an_id_of_its_own(claim)
        claim = self._exercises.judged(self._verified(claim, message), now)
        real = self._exercises.turns_real(claim, now)
        return [*real, *self._take(claim, now)]

    def called(self, exercise: Exercise | None, by: str, now: Now) -> list[Effect]:
        """A person said in an exercise that it is real: an alert, once, even if nobody pressed."""
        if exercise is None:
            return []
        claim = called_at_the_console(self._site, exercise, by, now)
        return [] if self._incidents.knows(claim) else self._take(claim, now)

    def heard_elsewhere(self, press: WireAlert, payload: bytes, now: Now) -> list[Effect]:
        """The other gateway has an alert that is lacking here: its word is its unit's.

        What this one has told until now lacked it, too, and may be the newest that is shown: all is
        told again, even if the other one has a receipt for this alert.
        """
        claim = read_alert(self._site, press.unit, payload, self._register, now)
        claim = replace(self._incidents.with_an_id_of_its_own(claim), told=None)
        work = self._take(claim, now)
        if incident := self._incidents.of_alert(claim.id):
            incident.said = incident.changes
        return work

    def doubted_elsewhere(self, news: IncidentEvent, now: Now) -> list[Effect]:
        """The other gateway doubts alerts that this one may have of it alone."""
        effects: list[Effect] = []
        for name, _ in news.alerts:
            incident = self._incidents.of_alert(name)
            if incident and news.by and not incident.alerts[name].doubts:
                incident.alerts[name].doubts = (news.by,)
                incident.changes += 1
                self._outbox.changed(incident, now)
                effects.append(incident.row(incident.alerts[name]))
        return effects

    def _verified(self, claim: IncomingAlert, message: MessageReceived) -> IncomingAlert:
        """A press without its unit's seal is doubted; a repeat without it tells nothing anew.

        A repeat that says nothing new, as nearly all do, is not worth verifying.
        """
        if not self._incidents.knows(claim):
            return claim.doubted(verification_warning(self._keyring, claim.unit, message))
        incident = self._incidents.of_alert(claim.id)
        known = incident.alerts[claim.id] if incident else None
        if known is None or not known.would_learn(claim):
            return claim
        warning = verification_warning(self._keyring, claim.unit, message)
        return claim.untrusted() if warning and warning not in known.doubts else claim

    def _take(self, claim: IncomingAlert, now: Now) -> list[Effect]:
        moved = self._moves.before(claim, now) if claim.presses > 1 else []
        placed = self._incidents.take(claim, now)
        if isinstance(placed, SaveAlert):
            self._count_replay(claim.unit)
            return [placed]
        effects: list[Effect] = [*moved, placed.incident.row(placed.alert)]
        if placed.what == "new" and len(placed.incident.alerts) == 1:
            # Together with its first alert: a start finds neither without the other.
            effects = [placed.incident.head(), *effects]
        if placed.what == "new":
            effects += self._moves.placed(placed.incident, placed.alert, now)
        if placed.what in ("earlier", "repeat"):
            effects += self._progress.repeated(placed.alert)
        if placed.what == "earlier":
            self._outbox.changed(placed.incident, now)
        if placed.what == "evidence":
            self._evidence.note(placed.incident)
        pressed = placed.what in ("new", "again")
        if pressed and claim.told and placed.alert.id == claim.told.alert:
            self._told.append(claim.told)
        return [*effects, *self._pressed_now(placed, now)] if pressed else effects

    def _pressed_now(self, placed: Placement, now: Now) -> list[Effect]:
        """A press that is news: everybody is told, and if it is real no exercise goes on."""
        told = self._news.tell(placed.incident, placed.alert, now)
        is_real = placed.incident.mode == LIVE
        return [*told, *self._exercises.overruled(now)] if is_real else told

    def resend_progress(self) -> list[Effect]:
        """The broker is back: tell units what they may have missed while it was not."""
        opened = (each.alerts.values() for each in self._incidents.all_open())
        return [progress_of(alert) for alerts in opened for alert in alerts if alert.held]

    def tick(self, now: Now) -> list[Effect]:
        """Say which open alerts need somebody to look, and who pressed since the last time."""
        doubtful = {
            alert.unit: "; ".join(alert.doubts)
            for incident in self._incidents.all_open()
            for alert in incident.alerts.values()
            if alert.doubts and alert.mode == LIVE
        }
        self._troubles.level(UNVERIFIED_ALERT, doubtful.items(), now.wall)
        heard, self._told = self._told, []
        by_unit = tuple(moment for message in heard for moment in moments_by_unit(message))
        kept = [KeepMoments(by_unit)] if by_unit else []
        self._evidence.tick(now)
        return [*kept, *self._news.announcements(now)]

    def _rename(self, incident: Incident) -> bool:
        """Call rooms as the register does; True if one of them was called otherwise."""
        renamed = False
        for alert in incident.alerts.values():
            entry = self._register.by_room.get(RoomId(alert.room.id))
            if entry and entry.room != alert.room:
                alert.room, renamed = entry.room, True
        return renamed

    def _count_replay(self, unit: UnitId) -> None:
        """Of an alert that a person closed: from a unit that did not hear of it, or a replay."""
        self._replays[unit] += 1
        if self._replays[unit] in _REPLAYS_LOGGED:
            log.warning("unit %s: %d repeats of closed alerts", unit, self._replays[unit])
