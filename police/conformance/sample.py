"""Makes the reports of a test incident.  Pure: its id and the time are handed in.

The form is that of `wire/report.schema.json`.  Every place that a person may look at says TEST.
"""

import base64
import hashlib
import uuid
from collections.abc import Iterable
from typing import Any, Final

from police.conformance.case import SampleMark, SamplePicture, SampleReport
from police.conformance.jpeg import draw_test
from wire.answers import PRESSED_AGAIN, SCHOOL
from wire.ids import AlertId, IncidentId, MarkId, Wall
from wire.limits import LONGEST_NOTE
from wire.mark_fields import LONGEST_BY
from wire.marks import Mark, Spot, write_mark
from wire.moment import write_moment
from wire.moves import PERSONS, Move, write_move
from wire.presses import MOST_DATED
from wire.report import SCHEMA_VERSION

Json = dict[str, Any]

_BUILDING: Final = "TEST building"
_PRESSED_BEFORE: Final = 1.0
_MOST_NAMED: Final = 8


def write_report(incident: uuid.UUID, asked: SampleReport, now: Wall) -> Json:
    """Return the document that `asked` describes."""
    rooms = _rooms(asked)
    marks = [*asked.marks, *(SampleMark(room=f"T{each}") for each in range(asked.more_marks))]
    summary = f"TEST, no emergency: {', '.join(rooms[:_MOST_NAMED])} {asked.words}"
    document = {
        "type": "incident.report",
        "version": asked.version,
        "schema_version": SCHEMA_VERSION,
        "mode": "test",
        "incident": {
            "id": _incident(incident, asked.apart),
            **({"joined_into": _incident(incident, not asked.apart)} if asked.joined else {}),
            "status": "closed" if asked.closed else "active",
            **({"disposition": asked.disposition} if asked.disposition else {}),
            "opened_at": write_moment(Wall(now - _PRESSED_BEFORE)),
            "summary": summary.strip(),
        },
        "site": _site(asked.words),
        "alerts": [_alert(incident, room, asked, now) for room in rooms],
        "receipts": [],
        "pictures": [_picture(each, asked.rooms[0], now) for each in asked.pictures],
        "silent_cameras": [],
        "marks": [_mark(incident, each, number, now) for number, each in enumerate(marks)],
        "marks_put": len(marks),
        "events": list(_events(asked, now)),
        "live_url": None,
    }
    moves = [_move(incident, room, asked, now) for room in asked.moved]
    return document | ({"moves": moves} if moves else {}) | asked.extra


def alert_ids(incident: uuid.UUID, asked: SampleReport) -> tuple[str, ...]:
    """Return the alerts of that document: a room has the same one in every report."""
    return tuple(_alert_id(incident, room) for room in _rooms(asked))


def _rooms(asked: SampleReport) -> tuple[str, ...]:
    return (*asked.rooms, *(f"T{number}" for number in range(asked.more_rooms)))


def _alert_id(incident: uuid.UUID, room: str) -> str:
    return str(uuid.uuid5(incident, room))


def _incident(incident: uuid.UUID, apart: bool) -> str:
    """The incident of the case, or the one to which rooms of it are split off."""
    return str(uuid.uuid5(incident, "apart") if apart else incident)


def _move(incident: uuid.UUID, room: str, asked: SampleReport, now: Wall) -> Json:
    ends = IncidentId(_incident(incident, not asked.back)), _incident(incident, asked.back)
    number = PERSONS + asked.version  # as a person's: of 16 digits
    move = Move(number, ends[0], IncidentId(ends[1]), "TEST person", now)
    return write_move(AlertId(_alert_id(incident, room)), move)


def _site(words: str) -> Json:
    return {
        "id": "tocsin-test",
        "name": f"TEST school, no emergency {words}".strip(),
        "address": {
            "street": "1 Test Street",
            "city": "Testville",
            "state": "IL",
            "postcode": "00000",
            "country": "US",
        },
        "geo": {"lat": 0.0, "lon": 0.0},
        "phone": "",
    }


def _alert(incident: uuid.UUID, room: str, asked: SampleReport, now: Wall) -> Json:
    return {
        "id": _alert_id(incident, room),
        "kind": "panic",
        "unit": f"test-{room.lower()}",
        "room": {
            "id": room,
            "name": asked.words or f"TEST room {room}",
            "floor": "2",
            "building": _BUILDING,
        },
        "pressed_at": write_moment(Wall(now - _PRESSED_BEFORE)),
        "received_at": write_moment(Wall(now - _PRESSED_BEFORE + 0.02)),
        "presses": asked.presses,
        **({"each_press": _each_press(asked.presses, now)} if asked.presses > 1 else {}),
        **({"pattern": "repeated"} if asked.presses > 1 else {}),
        "answer": "none",
        "verified": not asked.doubts,
        "doubts": list(asked.doubts),
    }


def _each_press(count: int, now: Wall) -> list[Json]:
    """The newest presses, the last of them now: the first one is told of by the alert."""
    apart = _PRESSED_BEFORE / (count - 1)
    numbers = range(1, count + 1)[-MOST_DATED:]
    times = [(number, Wall(now - (count - number) * apart)) for number in numbers]
    return [
        {
            "press": number,
            "pressed_at": write_moment(at),
            "received_at": write_moment(Wall(at + 0.02)),
        }
        for number, at in times
    ]


def _mark(incident: uuid.UUID, asked: SampleMark, number: int, now: Wall) -> Json:
    """The same mark in every report, by its number; the first is in a corner of the plan."""
    name = MarkId(str(uuid.uuid5(incident, f"mark {number}")))
    spot = Spot(_BUILDING, "2", asked.room, number % 101, number * 7 % 101)
    seen = Wall(now - 60 * asked.minutes_ago)
    note, by = asked.words[:LONGEST_NOTE], f"TEST person {asked.words}"[:LONGEST_BY].strip()
    mark = Mark(name, asked.what, spot, note, by, asked.known, seen, seen)
    told = write_mark(mark)
    del told["number"]
    return {"sentence": f"TEST, {mark.sentence}", **told}


def _picture(asked: SamplePicture, room: str, now: Wall) -> Json:
    jpeg = draw_test(asked.camera, asked.size)
    sha256 = hashlib.sha256(jpeg).hexdigest()
    text = base64.b64encode(jpeg).decode()
    return {
        "camera": asked.camera,
        "room": room,
        "taken_at": write_moment(Wall(now - _PRESSED_BEFORE - 0.4)),
        "seconds_from_press": -0.4,
        "sha256": "0" * 64 if asked.spoilt == "sha256" else sha256,
        "jpeg": f"*{text}" if asked.spoilt == "base64" else text,
    }


def _events(asked: SampleReport, now: Wall) -> Iterable[Json]:
    if asked.presses > 1:
        sentence = f"room {asked.rooms[0]} pressed again, {asked.presses} presses now"
        yield {"at": write_moment(now), "what": PRESSED_AGAIN, "sentence": sentence, "by": ""}
    if asked.closed:
        sentence = SCHOOL["close"]
        yield {"at": write_moment(now), "what": "close", "sentence": sentence, "by": "TEST person"}
