"""What one gateway of a school knows of open incidents and the other one does not.  Pure.

Each says now and then, and whenever a link comes up, which alerts stand open with it, how far they
got, who has answered them, and which marks are on the plan.  The other one answers with what it
knows beyond that, and asks for what it lacks.  So no news that was lost on its way stays unknown,
whichever of the two it was for.
"""

from collections.abc import Sequence
from typing import Final

from gateway.core.effects import Announce, Effect
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.announcements import broadcast, moved
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.placement import Closed
from gateway.core.incidents.presses import FurtherPress
from gateway.core.incidents.registry import Incidents
from gateway.core.marks import MarkHandler
from gateway.core.moving import AlertMoves
from gateway.core.values import Now
from wire import messages
from wire.answers import ALL_CLEAR, TAKEN
from wire.codec import encode
from wire.fields import MOST_NAMED
from wire.ids import ROOM, AlertId, BootId, IncidentId, Monotonic, RoomId, Seconds, SiteId
from wire.messages import IncidentEvent
from wire.modes import LIVE
from wire.stage import Answer, Stage
from wire.topics import incident_topic

# A minute is promised; a press that one gateway alone has heard should not wait for that.
_EVERY: Final = Seconds(10.0)
_UNKNOWN_ROOM: Final = RoomId("unknown")
_SOMEBODY: Final = "the other gateway"

Presses = tuple[AlertId, int]


class IncidentComparison:
    """Says what is open here, and answers what is open at the other gateway."""

    def __init__(
        self, site: SiteId, incidents: Incidents, moves: AlertMoves, marks: MarkHandler
    ) -> None:
        self._site = site
        self._incidents = incidents
        self._moves = moves
        self._marks = marks
        self._said_at: Monotonic | None = None

    def tick(self, now: Now) -> list[Announce]:
        """Say what is open if it was not said lately."""
        due = self._said_at is None or now.mono - self._said_at >= _EVERY
        return self.statement(now) if due else []

    def statement(self, now: Now) -> list[Announce]:
        """Say which alerts are open here, how far each got, and who has answered it."""
        self._said_at = now.mono
        work = list[Announce]()
        for incident in self._incidents.all_open():
            if incident.mode != LIVE:
                continue
            alike: dict[tuple[Stage, Answer], list[Alert]] = {}
            for alert in incident.alerts.values():
                alike.setdefault((alert.stage, alert.answer), []).append(alert)
            for (stage, answer), found in sorted(alike.items(), key=lambda each: each[0]):
                work += self._say(incident, "open", stage.name, found, now, answer)
            work += self._after_the_press(incident, now)
        return [*work, *self._marks.statement(now)]

    def _after_the_press(self, incident: Incident, now: Now) -> list[Announce]:
        """Of which alerts a person said all clear, and which were moved here: of hardly any."""
        work = self._moves.facts(incident, incident.moves) if incident.moves else []
        if clear := [alert for alert in incident.alerts.values() if alert.is_clear]:
            by = incident.last_by({ALL_CLEAR}) or _SOMEBODY
            work += self._say(incident, "cleared", by, clear, now)
        return work

    def answer(self, news: IncidentEvent, now: Now) -> list[Effect]:
        """The other gateway says what is open there: return what it does not know, and questions
        for what this one does not.
        """
        theirs = Stage.__members__.get(news.by)
        if theirs is None:
            return []
        work, lacking = list[Effect](), list[Presses]()
        for name, presses in news.alerts:
            incident, closed = self._incidents.of_alert(name), self._incidents.ends.of(name)
            if incident and incident.alerts[name].presses >= presses:
                ours = incident.alerts[name]
                work += self._moves.differs(incident, ours, news.incident, now)
                if ours.stage > theirs or ours.answer > news.answer:
                    work += self._facts(incident, ours, now)
            elif closed and closed.mode != LIVE:
                continue  # it ended here as a test, and is real there: it goes on there
            elif closed and closed.presses >= presses:
                work += self._ended(news.incident, closed, name, now)
            else:
                lacking.append((name, presses))
        questions = [self._told(news.incident, "lacking", "", lacking, now)] if lacking else []
        return [*work, *questions]

    def tell(self, news: IncidentEvent, now: Now) -> list[Announce]:
        """The other gateway lacks these alerts: tell it all of them that is known."""
        found = [(self._incidents.of_alert(name), name) for name, _ in news.alerts[:MOST_NAMED]]
        return [
            message
            for incident, name in found
            if incident
            for message in self._whole(incident, incident.alerts[name], now)
        ]

    def _whole(self, incident: Incident, alert: Alert, now: Now) -> list[Announce]:
        press = Announce(
            incident_topic(self._site, incident.reported_as), encode(_as_told(alert, now))
        )
        doubts = "; ".join(alert.doubts)[:80]
        doubted = self._say(incident, "doubted", doubts, [alert], now) if doubts else []
        moves = self._moves.facts(incident, [alert.id])
        return [press, *doubted, *moves, *self._facts(incident, alert, now)]

    def _facts(self, incident: Incident, alert: Alert, now: Now) -> list[Announce]:
        """Who has an alert, and what persons did about it."""
        work: list[Announce] = []
        for endpoint in incident.taken_by(alert):
            work += self._say(incident, "delivered", endpoint, [alert], now)
        if alert.stage is Stage.CLOSED:
            by = incident.last_by({"close"}) or _SOMEBODY
            ended = [(alert, alert.presses)]
            name, said, note = incident.reported_as, incident.disposition, incident.closing_note
            end = broadcast(self._site, name, "closed", by, ended, now, Answer.NONE, said, note)
            return [*work, *end]
        if alert.answer is not Answer.NONE:
            by = incident.last_by(TAKEN, alert.answer) or _SOMEBODY
            work += self._say(incident, "acknowledged", by, [alert], now, alert.answer)
        return work

    def _say(
        self,
        incident: Incident,
        what: str,
        by: str,
        alerts: Sequence[Alert],
        now: Now,
        answer: Answer = Answer.NONE,
    ) -> list[Announce]:
        counted = [(alert, alert.presses) for alert in alerts]
        return broadcast(self._site, incident.reported_as, what, by, counted, now, answer)

    def _ended(
        self, incident: IncidentId, closed: Closed, alert: AlertId, now: Now
    ) -> list[Announce]:
        """Say where an alert belonged that ended here, if it is elsewhere there, and its end."""
        place: list[Announce] = []
        if closed.move and closed.move.to != incident:
            place = moved(self._site, closed.move, {alert: closed.presses})
        event = IncidentEvent(
            incident,
            now.wall,
            "closed",
            closed.by or _SOMEBODY,
            ((alert, closed.presses),),
            (),
            disposition=closed.disposition,
            note=closed.note,
        )
        return [*place, Announce(incident_topic(self._site, incident), encode(event))]

    def _told(
        self, incident: IncidentId, what: str, by: str, alerts: Sequence[Presses], now: Now
    ) -> Announce:
        event = IncidentEvent(incident, now.wall, what, by, tuple(alerts), ())
        return Announce(incident_topic(self._site, incident), encode(event))


def _as_told(alert: Alert, now: Now) -> messages.Alert:
    """The alert as its unit would tell it; no gateway reads of which boot it was."""
    return messages.Alert(
        alert=alert.id,
        unit=alert.unit,
        room=RoomId(alert.room.id) if ROOM.fullmatch(alert.room.id) else _UNKNOWN_ROOM,
        kind="panic",
        boot=BootId(alert.id),
        seq=1,
        age=_age(alert.pressed, now),
        pressed_at=alert.pressed_at,
        presses=alert.presses,
        further=tuple(_as_told_again(each, now) for each in alert.further),
    )


def _as_told_again(press: FurtherPress, now: Now) -> messages.FurtherPress:
    return messages.FurtherPress(press.press, _age(press.pressed, now), press.pressed_at)


def _age(pressed: Monotonic | None, now: Now) -> Seconds | None:
    return None if pressed is None else Seconds(max(now.mono - pressed, 0.0))
