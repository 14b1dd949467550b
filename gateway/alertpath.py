"""The alert path: what the gateway does about everything it hears of an alert.  Pure.

One owner, the loop, calls it; each method returns the work that follows.  Reports leave by
`launches`, made once for all that came in together.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from gateway.incident import Alert, Event
from gateway.incidents import Incidents, Taken
from gateway.intake import read_alert
from gateway.outbox import Landed, Outbox
from gateway.pictures import PictureWatch
from gateway.receipt import Refusal
from gateway.register import Register
from gateway.report import SilentCamera
from gateway.troubles import Troubles
from gateway.work import (
    ActionTaken,
    Announce,
    Answered,
    Flight,
    Frame,
    KeepAlert,
    KeepEvent,
    KeepReceipt,
    KeepStage,
    Kept,
    Now,
    Tell,
    Unanswered,
    Work,
)
from wire.ids import AlertId, CameraId, EndpointName, IncidentId, RoomId, SiteId, UnitId
from wire.moment import write_moment
from wire.stage import PATIENCE, Stage
from wire.topics import incident_topic

# One failure is a hiccup of the line; the second in a row is a trouble.
_FAILURES_TOLD: Final = 2
_MOST_ROOMS_ANNOUNCED: Final = 64


class AlertPath:
    """Decides everything between a unit's message and the answer at its lamp."""

    def __init__(
        self,
        site: SiteId,
        register: Register,
        incidents: Incidents,
        outbox: Outbox,
        troubles: Troubles,
    ) -> None:
        self.register = register
        self.pictures = PictureWatch()
        self._site = site
        self._incidents = incidents
        self._outbox = outbox
        self._troubles = troubles
        self._store_fails = False
        self._failures: dict[EndpointName, int] = {}
        self._unsent: dict[AlertId, Alert] = {}

    def restored(self, receipts: Mapping[EndpointName, set[AlertId]]) -> None:
        """After a start: owe each endpoint what the disk holds no receipt of."""
        for incident in self._incidents.all_open():
            for endpoint, named in receipts.items():
                for alert in incident.alerts.keys() - named:
                    self._outbox.owe_one(endpoint, incident, alert)
            unsent = (alert for alert in incident.alerts.values() if alert.stage < Stage.SENT)
            self._unsent.update((alert.id, alert) for alert in unsent)

    def arrived(self, unit: UnitId, payload: bytes, now: Now) -> list[Work]:
        """A unit's alert, first or repeated, readable or not."""
        claim = read_alert(self._site, unit, payload, self.register, now)
        taken = self._incidents.take(claim, now)
        if isinstance(taken, KeepAlert):
            return [taken]
        work: list[Work] = [taken.incident.row(taken.alert)]
        if taken.what != "repeat":
            self._unsent[taken.alert.id] = taken.alert
            self._outbox.owe(taken.incident, taken.alert.id, taken.alert.presses)
            self._want_pictures(taken, now)
            if taken.alert.doubts:
                doubt = "; ".join(taken.alert.doubts)
                work += self._troubles.start(f"doubt-{unit}", doubt, now.wall)
        return work

    def remind(self, unit: UnitId, alerts: Iterable[AlertId]) -> list[Work]:
        """A unit says which alerts it holds open: tell it again how far they got."""
        told = (self._incidents.stage_of(alert) for alert in alerts)
        return [Tell(unit, *each) for each in told if each]

    def announce_pressed(self, alerts: Sequence[AlertId], now: Now) -> list[Work]:
        """Tell the school's own listeners of the rooms that pressed, once for all of `alerts`."""
        rooms: dict[IncidentId, list[str]] = {}
        for name in alerts:
            alert = self._unsent.get(name)
            incident = self._incidents.of_alert(name)
            if alert and incident:
                rooms.setdefault(incident.id, []).append(alert.room.id)
        return [self._announce(each, "pressed", "", now, named) for each, named in rooms.items()]

    def saw(self, camera: CameraId, frame: Frame | None, reason: str, now: Now) -> list[Work]:
        """The newest frame of a camera was read, or there is none for the reason given."""
        work: list[Work] = []
        for name, what in self.pictures.saw(camera, frame, reason, now):
            incident = self._incidents.get(name)
            if incident is None:
                continue
            if isinstance(what, SilentCamera):
                self._outbox.name_silent(incident, what)
                work += self._troubles.start(f"camera-{camera}", what.reason, now.wall)
            else:
                self._outbox.show(incident, what)
                work += self._troubles.end(f"camera-{camera}", now.wall)
        return work

    def kept(self, kept: Kept, now: Now) -> list[Work]:
        """The disk has these alerts, so their units may hear it."""
        work: list[Work] = self.store_works(now)
        for name, unit, stage, presses in kept.alerts:
            alert = self._unsent.get(name)
            if alert is None or alert.presses > presses:
                work.append(Tell(unit, name, stage, presses))
                continue
            alert.held = True
            alert.climb(stage)
            work.append(Tell(unit, name, Stage.RECEIVED, presses))
            if alert.stage >= Stage.SENT:
                work.append(Tell(unit, name, alert.stage, presses))
                del self._unsent[name]
        return work

    def store_failed(self, reason: str, now: Now) -> list[Work]:
        """The disk takes nothing: reports go on, and lamps follow the receipts alone."""
        self._store_fails = True
        return [
            *self._troubles.start("store", reason, now.wall),
            *(
                Tell(alert.unit, alert.id, alert.stage, alert.presses)
                for alert in self._unsent.values()
                if alert.stage >= Stage.SENT
            ),
        ]

    def store_works(self, now: Now) -> list[Work]:
        """The disk takes what it is given."""
        self._store_fails = False
        return self._troubles.end("store", now.wall)

    def answered(self, answer: Answered, now: Now) -> list[Work]:
        """An endpoint answered a report."""
        outcome = self._outbox.answered(answer, now)
        endpoint = answer.flight.endpoint
        if isinstance(outcome, Refusal):
            return self._endpoint_failed(endpoint, outcome.reason, now)
        self._failures[endpoint] = 0
        work = self._troubles.end(f"endpoint-{endpoint}", now.wall)
        if outcome.alerts:
            work += self._sent(answer.flight, outcome, now)
        return work

    def unanswered(self, failure: Unanswered, now: Now) -> list[Work]:
        """A report got no answer."""
        self._outbox.unanswered(failure, now)
        return self._endpoint_failed(failure.flight.endpoint, failure.reason, now)

    def acted(self, action: ActionTaken, now: Now) -> list[Work]:
        """A named person confirmed or closed an incident."""
        incident = self._incidents.get(action.incident)
        if incident is None:
            return []
        stage = Stage.CLOSED if action.what == "close" else Stage.CONFIRMED
        words = "closed" if stage is Stage.CLOSED else "confirmed"
        incident.note(Event(now.wall, words, action.by))
        if stage is Stage.CLOSED:
            self._incidents.close(incident)
            self.pictures.forget(incident.id)
        self._outbox.changed(incident)
        return [
            KeepEvent(incident.id, now.wall, words, action.by),
            KeepStage(incident.id, stage),
            incident.head(),
            *self._climbed(incident.alerts.values(), stage),
            self._announce(incident.id, words, action.by, now),
        ]

    def tick(self, now: Now) -> list[Work]:
        """Tell people of alerts that no endpoint has taken in time."""
        limit = PATIENCE[Stage.SENT]
        late = [
            alert.room.id
            for alert in self._unsent.values()
            if alert.stage < Stage.SENT and now.mono - alert.heard_at >= limit
        ]
        if not late:
            return self._troubles.end("not-delivered", now.wall)
        rooms = ", ".join(late[:_MOST_ROOMS_ANNOUNCED])
        words = f"no endpoint has taken the alerts of {len(late)} units, in rooms {rooms}"
        return self._troubles.start("not-delivered", words, now.wall)

    def _want_pictures(self, taken: Taken, now: Now) -> None:
        entry = self.register.by_unit.get(taken.alert.unit)
        for camera in entry.cameras if entry else ():
            room = RoomId(taken.alert.room.id)
            self.pictures.want(taken.incident.id, room, camera, taken.alert.pressed_at, now)

    def _sent(self, flight: Flight, landed: Landed, now: Now) -> list[Work]:
        incident = self._incidents.get(flight.incident)
        keep = KeepReceipt(flight.endpoint, landed.number, landed.alerts, now.wall)
        work: list[Work] = []
        for name, presses in landed.alerts:
            alert = self._unsent.get(name)
            if alert is None or alert.presses > presses:
                continue
            alert.climb(Stage.SENT)
            if alert.held or self._store_fails:
                work.append(Tell(alert.unit, name, Stage.SENT, presses))
            if alert.held:
                del self._unsent[name]
        if incident and work:
            work.append(self._announce(incident.id, "delivered", flight.endpoint, now))
        return [*work, keep]

    def _climbed(self, alerts: Iterable[Alert], stage: Stage) -> list[Tell]:
        climbed = [alert for alert in alerts if alert.climb(stage)]
        return [Tell(alert.unit, alert.id, stage, alert.presses) for alert in climbed]

    def _endpoint_failed(self, endpoint: EndpointName, reason: str, now: Now) -> list[Work]:
        self._failures[endpoint] = self._failures.get(endpoint, 0) + 1
        if self._failures[endpoint] < _FAILURES_TOLD:
            return []
        return self._troubles.start(f"endpoint-{endpoint}", reason, now.wall)

    def _announce(
        self, incident: IncidentId, what: str, by: str, now: Now, rooms: Sequence[str] = ()
    ) -> Announce:
        fields = {
            "v": 1,
            "type": "event",
            "incident": incident,
            "at": write_moment(now.wall),
            "what": what,
            "by": by,
            "rooms": list(rooms[:_MOST_ROOMS_ANNOUNCED]),
        }
        return Announce(incident_topic(self._site, incident), fields)
