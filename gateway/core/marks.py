"""Handles marks on the plan: those that persons put or take back, and the other gateway's.  Pure.

Rule 1: a mark without a place on the plan is where the register says that its room is; a place
        without a room is named after the nearest room of its floor.
Rule 2: a person at a receiving side takes back what came from there.  Whose mark somebody at the
        school may take back was decided where they asked.
Rule 3: two gateways that know different marks of an incident tell each other all they have.
"""

from collections.abc import Iterator
from typing import Final

from gateway.core.delivery.outbox import Outbox
from gateway.core.effects import Announce, Effect, SaveMark
from gateway.core.events import OperatorActed
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.registry import Incidents
from gateway.core.site import Entry, Register
from gateway.core.values import Now, Room
from wire.codec import encode
from wire.ids import RoomId, SiteId, Wall
from wire.limits import LONGEST_BUILDING, LONGEST_FLOOR, LONGEST_NOTE, LONGEST_ROOM
from wire.mark_fields import LONGEST_BY, Marking, fitting
from wire.marks import Mark, Spot, TakenBack, digest_of, next_number
from wire.messages import IncidentEvent
from wire.topics import incident_topic

# Alerts that tell the other gateway which incident is meant.
_MOST_NAMED: Final = 8


class MarkHandler:
    """Books marks and tells everybody: endpoints by the next report, the other gateway at once."""

    def __init__(
        self, site: SiteId, register: Register, incidents: Incidents, outbox: Outbox
    ) -> None:
        self._site = site
        self._register = register
        self._incidents = incidents
        self._outbox = outbox

    def use_register(self, register: Register) -> None:
        """Rooms are where this register says from now on; marks stay where they were put."""
        self._register = register

    def acted(self, taken: OperatorActed, now: Now) -> list[Effect]:
        """A person put a mark or took one back; in an incident that is over that does nothing."""
        incident = self._incidents.known_as(taken.incident, taken.seen or ())
        if incident is None or taken.marking is None:
            return []
        known = next((each for each in incident.marks if each.id == taken.marking.id), None)
        if taken.marking.what:
            mark = None if known else self._new_mark(incident, taken, taken.marking, now)
        else:
            mark = known and _taken_back(known, taken, now)
        booked = self._booked(incident, mark, now) if mark else []
        return [*booked, self._told(incident, mark, now)] if mark and booked else booked

    def heard_elsewhere(self, news: IncidentEvent, now: Now) -> list[Effect]:
        """The other gateway tells of a mark, says which ones it knows, or asks for all."""
        incident = self._incidents.known_as(news.incident, [name for name, _ in news.alerts])
        if incident is None:
            return []
        if news.what == "marked":
            return self._booked(incident, news.mark, now) if news.mark else []
        if news.what == "marksasked":
            return [*self._all(incident, now)]
        if digest_of(incident.marks) == news.by:
            return []
        return [*self._all(incident, now), self._say(incident, "marksasked", "", now)]

    def statement(self, now: Now) -> Iterator[Announce]:
        """Say which marks are known here, where there are any."""
        for incident in self._incidents.all_open():
            if incident.marks:
                yield self._say(incident, "marks", digest_of(incident.marks), now)

    def _booked(self, incident: Incident, mark: Mark, now: Now) -> list[Effect]:
        """Take what is said of a mark; nothing follows if it is no news, or older than is kept."""
        before = incident.marks
        incident.learn_marks((mark,))
        if incident.marks == before:
            return []
        incident.changes += 1
        # No receipt at the other gateway settles what a person said here.
        incident.said = incident.changes
        self._outbox.changed(incident, now)
        return [SaveMark(incident.id, mark)]

    def _all(self, incident: Incident, now: Now) -> Iterator[Announce]:
        return (self._told(incident, mark, now) for mark in incident.marks)

    def _new_mark(
        self, incident: Incident, taken: OperatorActed, marking: Marking, now: Now
    ) -> Mark:
        """Return the mark that a person asks for; nothing is seen after it was told."""
        received = _written(now)
        mark = Mark(
            marking.id,
            marking.what,
            placed(marking.spot, self._register),
            fitting(taken.text, LONGEST_NOTE),
            _person(taken),
            taken.known,
            received if marking.seen_at is None else min(marking.seen_at, received),
            received,
        )
        return mark._replace(number=next_number(incident.marks, mark.source))

    def _told(self, incident: Incident, mark: Mark, now: Now) -> Announce:
        return self._say(incident, "marked", "", now, mark)

    def _say(
        self, incident: Incident, what: str, by: str, now: Now, mark: Mark | None = None
    ) -> Announce:
        alerts = tuple(incident.presses.items())[:_MOST_NAMED]
        news = IncidentEvent(incident.reported_as, now.wall, what, by, alerts, (), mark=mark)
        return Announce(incident_topic(self._site, incident.reported_as), encode(news))


def _taken_back(mark: Mark, taken: OperatorActed, now: Now) -> Mark | None:
    if taken.known == "receiver" and mark.known != "receiver":
        return None
    return mark._replace(taken=TakenBack(_written(now), _person(taken), taken.known))


def _person(taken: OperatorActed) -> str:
    return fitting(taken.by, LONGEST_BY) or "?"


def placed(spot: Spot, register: Register) -> Spot:
    """Return a place as the register knows it, or else in the person's own words."""
    if spot.x is None or spot.y is None:
        entry = _called(spot.room, register)
        return _of(entry.room, entry.x, entry.y) if entry else spot
    there = [
        (_distance(each, spot.x, spot.y), each.room.id)
        for each in register.by_room.values()
        if (each.room.building, each.room.floor) == (spot.building, spot.floor)
        and each.x is not None
    ]
    room = min(there)[1] if there else spot.room
    return _of(Room(room, "", spot.floor, spot.building), spot.x, spot.y)


def _called(words: str, register: Register) -> Entry | None:
    """Return the room that a person means: by its id, or by what it is called."""
    if entry := register.by_room.get(RoomId(words)):
        return entry
    meant = words.casefold().removeprefix("room ")
    return next(
        (
            each
            for each in register.by_room.values()
            if meant in (each.room.id.casefold(), each.room.name.casefold())
        ),
        None,
    )


def _of(room: Room, x: float | None, y: float | None) -> Spot:
    return Spot(
        fitting(room.building, LONGEST_BUILDING),
        fitting(room.floor, LONGEST_FLOOR),
        fitting(room.id, LONGEST_ROOM),
        x,
        y,
    )


def _distance(entry: Entry, x: float, y: float) -> float:
    return ((entry.x or 0.0) - x) ** 2 + ((entry.y or 0.0) - y) ** 2


def _written(now: Now) -> Wall:
    """The moment as a message writes it, so that both gateways hold the same."""
    return Wall(round(now.wall, 3))
