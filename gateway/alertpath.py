"""The alert path: what the gateway does about everything it hears of an alert.  Pure.

One owner, the loop, calls it; each method returns the work that follows.  Reports leave by
`Outbox.launches`, made once for all that came in together.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from gateway.answering import Answering
from gateway.bulletin import announce
from gateway.incident import Alert, Incident
from gateway.incidents import Incidents
from gateway.intake import read_alert
from gateway.outbox import Landed, Outbox
from gateway.picturedesk import PictureDesk
from gateway.progress import Progress
from gateway.receipt import Refusal
from gateway.register import Register
from gateway.seals import NO_KEYRING, Keyring, doubt_of
from gateway.troubles import Troubles
from gateway.work import (
    Announce,
    Answered,
    KeepAlert,
    KeepReceipt,
    Kept,
    Now,
    Taken,
    Tell,
    Unanswered,
    Way,
    Work,
)
from service.events import Arrived
from wire.ids import AlertId, CameraId, EndpointName, IncidentId, SiteId, UnitId
from wire.messages import News
from wire.stage import Stage

log = logging.getLogger(__name__)

# One failure is a hiccup of the line; the second in a row is a trouble.
_FAILURES_TOLD: Final = 2
_MOST_NAMED: Final = 20
# A log must not grow with what somebody sends.
_REPLAYS_TOLD: Final = frozenset(10**n for n in range(9))


class AlertPath:
    """Decides everything between a unit's message and the answer at its lamp."""

    def __init__(
        self,
        site: SiteId,
        register: Register,
        incidents: Incidents,
        outbox: Outbox,
        troubles: Troubles,
        keyring: Keyring = NO_KEYRING,
    ) -> None:
        self.register = register
        self.pictures = PictureDesk(incidents, outbox)
        self.answering = Answering(site, incidents, outbox, self.pictures)
        self._site = site
        self._incidents = incidents
        self._outbox = outbox
        self._troubles = troubles
        self._keyring = keyring
        self._progress = Progress()
        self._failures: dict[Way, int] = {}
        self._pressed: list[Alert] = []
        self.replays: Counter[UnitId] = Counter()

    def restored(
        self,
        incidents: Iterable[Incident],
        receipts: Mapping[EndpointName, set[AlertId]],
        now: Now,
    ) -> None:
        """After a start: owe each endpoint what the disk holds no receipt of."""
        for incident in incidents:
            for endpoint, named in receipts.items():
                for name in incident.alerts.keys() - named:
                    self._outbox.owe_one(endpoint, incident, name, now)
            if incident.closed or incident.events:
                self._outbox.tell_again(incident, now)
            if incident.closed:
                continue
            for alert in incident.alerts.values():
                self.pictures.resume(incident.id, alert, self._cameras(alert), now)
                if alert.stage < Stage.SENT:
                    self._progress.watch(alert)

    def arrived(self, unit: UnitId, message: Arrived, now: Now) -> list[Work]:
        """A unit's alert, first or repeated, readable or not."""
        claim = read_alert(self._site, unit, message.payload, self.register, now)
        if not self._incidents.knows(claim):
            claim = claim.doubted(doubt_of(self._keyring, unit, message))
        taken = self._incidents.take(claim, now)
        if isinstance(taken, KeepAlert):
            self._count_replay(unit)
            return [taken]
        work: list[Work] = [taken.incident.row(taken.alert)]
        if taken.what == "new" and len(taken.incident.alerts) == 1:
            # With its first alert, or a start would not find the one for want of the other.
            work = [taken.incident.head(), *work]
        if taken.what != "repeat":
            self._progress.watch(taken.alert)
            self._pressed.append(taken.alert)
            self._outbox.owe(taken.incident, taken.alert.id, taken.alert.presses, now)
            cameras = self._cameras(taken.alert)
            work += self.pictures.pressed(taken.incident.id, taken.alert, cameras, now)
            if taken.alert.doubts:
                doubt = "; ".join(taken.alert.doubts)
                work += self._troubles.start(f"doubt-{unit}", doubt, now.wall)
        return work

    def remind(self, unit: UnitId, alerts: Iterable[AlertId]) -> list[Work]:
        """A unit says which alerts it holds open: tell it again how far they got."""
        told = (self._incidents.stage_of(alert) for alert in alerts)
        return [Tell(unit, *each) for each in told if each]

    def link_up(self) -> list[Work]:
        """The broker is there: tell units what they may have missed while it was not."""
        open_alerts = (
            alert for each in self._incidents.all_open() for alert in each.alerts.values()
        )
        return [
            Tell(alert.unit, alert.id, alert.stage, alert.presses)
            for alert in open_alerts
            if alert.held
        ]

    def kept(self, kept: Kept, now: Now) -> list[Work]:
        """The disk has these alerts, so their units may hear it."""
        return [*self._troubles.end("store", now.wall), *self._progress.kept(kept)]

    def store_failed(self, reason: str, now: Now) -> list[Work]:
        """The disk takes nothing: reports go on, and lamps follow the receipts alone."""
        trouble = self._troubles.start("store", reason, now.wall)
        return [*trouble, *self._progress.store_failed()]

    def store_works(self, now: Now) -> list[Work]:
        """The disk takes what it is given."""
        self._progress.store_works()
        return self._troubles.end("store", now.wall)

    def answered(self, answer: Answered | Taken, now: Now) -> list[Work]:
        """An endpoint answered a report."""
        incident = self._outbox.incident(answer.flight)
        outcome = self._outbox.answered(answer, now)
        way = answer.flight.way
        if isinstance(outcome, Refusal):
            return self._way_failed(way, outcome.reason, now)
        self._failures[way] = 0
        work = self._troubles.end(f"endpoint-{way}", now.wall)
        if incident and outcome.alerts:
            work += self._booked(self._outbox.endpoint_of(way), incident, outcome, now)
        return work

    def unanswered(self, failure: Unanswered, now: Now) -> list[Work]:
        """A report got no answer."""
        self._outbox.unanswered(failure, now)
        return self._way_failed(failure.flight.way, failure.reason, now)

    def delivered_elsewhere(
        self, endpoint: EndpointName, alerts: Sequence[tuple[AlertId, int]], now: Now
    ) -> list[Work]:
        """The school's other gateway has `endpoint`'s receipt for these alerts."""
        work: list[Work] = []
        for name, presses in alerts:
            incident = self._incidents.of_alert(name)
            if incident is None:
                continue
            covered = ((name, presses),)
            self._outbox.relieve(endpoint, incident, covered)
            work += self._progress.sent(covered)
            work.append(KeepReceipt(endpoint, "by the other gateway", covered, now.wall))
        return work

    def named_elsewhere(self, news: News) -> None:
        """The other gateway holds these alerts: report under its id, if we have not begun to."""
        for alert, _ in news.alerts:
            incident = self._incidents.of_alert(alert)
            if incident and not incident.version:
                incident.name = news.incident

    def announcements(self, now: Now) -> list[Announce]:
        """Tell the school's own listeners who pressed since the last time."""
        pressed: dict[IncidentId, list[Alert]] = {}
        for alert in self._pressed:
            if incident := self._incidents.of_alert(alert.id):
                pressed.setdefault(incident.id, []).append(alert)
        self._pressed = []
        return [
            news
            for incident, alerts in pressed.items()
            for news in announce(self._site, incident, "pressed", "", alerts, now)
        ]

    def tick(self, now: Now) -> list[Work]:
        """Tell people of alerts that no endpoint has taken in time."""
        late = self._progress.late(now)
        if not late:
            return self._troubles.end("not-delivered", now.wall)
        rooms = ", ".join(alert.room.id for alert in late[:_MOST_NAMED])
        words = f"no endpoint has taken the alerts of {len(late)} units: rooms {rooms}"
        return self._troubles.start("not-delivered", words, now.wall)

    def _cameras(self, alert: Alert) -> tuple[CameraId, ...]:
        entry = self.register.by_unit.get(alert.unit)
        return tuple(entry.cameras) if entry else ()

    def _booked(
        self, endpoint: EndpointName, incident: Incident, landed: Landed, now: Now
    ) -> list[Work]:
        tells = self._progress.sent(landed.alerts)
        keep = KeepReceipt(endpoint, landed.number, landed.alerts, now.wall)
        alerts = [incident.alerts[name] for name, _ in landed.alerts]
        news = announce(self._site, incident.id, "delivered", endpoint, alerts, now)
        return [*tells, keep, *news]

    def _count_replay(self, unit: UnitId) -> None:
        """Of an alert that a person closed: by a unit that did not hear of it, or by somebody."""
        self.replays[unit] += 1
        if self.replays[unit] in _REPLAYS_TOLD:
            log.warning("%d replays of closed alerts of %s", self.replays[unit], unit)

    def _way_failed(self, way: Way, reason: str, now: Now) -> list[Work]:
        self._failures[way] = self._failures.get(way, 0) + 1
        if self._failures[way] < _FAILURES_TOLD:
            return []
        return self._troubles.start(f"endpoint-{way}", reason, now.wall)
