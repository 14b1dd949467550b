"""An incident as the document that an endpoint is sent: `wire/report.schema.json`.  Pure."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from gateway.core.formats.written_alerts import WrittenAlerts
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.receipts import standings
from gateway.core.incidents.timeline import Event
from gateway.core.values import Frame, Room
from wire.evidence import pattern_of
from wire.evidence_fields import write_evidence
from wire.ids import CameraId, Wall
from wire.limits import (
    LONGEST_BUILDING,
    LONGEST_DOUBT,
    LONGEST_FLOOR,
    LONGEST_PERSON,
    LONGEST_REASON,
    LONGEST_ROOM,
    LONGEST_SENTENCE,
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    MANY_ALERTS,
    MOST_DATED_OF_MANY,
    MOST_DOUBTS,
    MOST_LINES,
    MOST_MOVES,
    MOST_SILENT,
    shortened,
)
from wire.lines import newest
from wire.marks import Mark, count_of, standing, write_mark
from wire.modes import label
from wire.moment import write_moment
from wire.moves import write_move
from wire.presses import MOST_DATED, DatedPress
from wire.report import SCHEMA_VERSION
from wire.stage import Answer

_MOST_ROOMS_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame that belongs to an incident, as its part of the document."""

    camera: CameraId
    part: str


@dataclass(frozen=True, slots=True)
class SilentCamera:
    """A camera that should have shown something and did not, with the reason in words."""

    camera: CameraId
    reason: str


def picture(frame: Frame, room: str, pressed_at: Wall) -> Picture:
    """Write down a frame for the press at `pressed_at` in `room`."""
    fields = {
        "camera": frame.camera,
        "room": room,
        "taken_at": write_moment(frame.taken_at),
        "seconds_from_press": round(frame.taken_at - pressed_at, 3),
        "sha256": hashlib.sha256(frame.jpeg).hexdigest(),
        "jpeg": base64.b64encode(frame.jpeg).decode(),
    }
    return Picture(frame.camera, _json(fields))


LiveUrl = Callable[[Incident], str | None]
"""Makes the address of an incident's own page; None if there is none."""


def no_link(_incident: Incident) -> str | None:
    """There is no page of an incident."""
    return None


class ReportWriter:
    """Writes the reports of one site; `live_url` makes the address of an incident's own page."""

    shows_pictures = True

    def __init__(self, site: Mapping[str, Any], live_url: LiveUrl = no_link) -> None:
        self._live_url = live_url
        self._site_name = str(site["name"])
        self._site = site
        self._few = WrittenAlerts(partial(_alert, dated=MOST_DATED), ",")
        self._many = WrittenAlerts(partial(_alert, dated=MOST_DATED_OF_MANY), ",")

    def write(
        self,
        incident: Incident,
        version: int,
        pictures: Sequence[Picture],
        silent: Iterable[SilentCamera],
    ) -> str:
        """Return the document of `incident` as it stands, as its `version`."""
        mute = list(silent)[-MOST_SILENT:]
        told = {
            "type": "incident.report",
            "version": version,
            "schema_version": SCHEMA_VERSION,
            "mode": incident.mode,
            "incident": self._head(incident),
            "site": self._site,
            "receipts": list(_receipts(incident)),
            **_moves(incident),
            "silent_cameras": [_silent(camera) for camera in mute],
            **_marks(incident),
            "events": [_event(event) for event in newest(incident.events, MOST_LINES)],
            "live_url": self._live_url(incident),
        }
        alerts = (self._many if len(incident.alerts) > MANY_ALERTS else self._few).of(incident)
        shown = ",".join([picture.part for picture in pictures])
        return f'{_json(told)[:-1]},"alerts":[{alerts}],"pictures":[{shown}]}}'

    def forget(self, incident: Incident) -> None:
        """Discard the parts of an incident that is over."""
        self._few.forget(incident)
        self._many.forget(incident)

    def _head(self, incident: Incident) -> Mapping[str, str]:
        closed = incident.closed
        return {
            "id": incident.reported_as,
            "status": "closed" if closed else "active",
            **({"disposition": incident.disposition} if closed and incident.disposition else {}),
            **({"joined_into": incident.joined_into} if incident.joined_into else {}),
            "opened_at": write_moment(incident.opened_at),
            "summary": shortened(summarise(self._site_name, incident), LONGEST_SUMMARY),
        }


def summarise(site_name: str, incident: Incident) -> str:
    """Say what and where in one line, first rooms first."""
    rooms = dict.fromkeys([alert.room.id for alert in incident.alerts.values()])
    what = label(incident.mode) or "PANIC "
    if len(rooms) == 1:
        *_, room = (alert.room for alert in incident.alerts.values())
        place = [room.building, room.floor and f"floor {room.floor}", f"room {room.id}"]
        return f"{what}{site_name}, {', '.join(filter(None, place))}"
    named = ", ".join(list(rooms)[:_MOST_ROOMS_NAMED])
    more = "" if len(rooms) <= _MOST_ROOMS_NAMED else ", …"
    return f"{what}{site_name}, {len(rooms)} rooms: {named}{more}"


def _alert(alert: Alert, dated: int) -> str:
    told: dict[str, Any] = {
        "id": alert.id,
        "kind": alert.kind,
        "unit": alert.unit,
        "room": _room(alert.room),
        "pressed_at": write_moment(alert.pressed_at),
        "received_at": write_moment(alert.received_at),
        "presses": alert.presses,
        "answer": alert.answer.word,
        "verified": not alert.doubts,
        "doubts": [shortened(doubt, LONGEST_DOUBT) for doubt in alert.doubts[:MOST_DOUBTS]],
    }
    if alert.presses > 1:
        told["each_press"] = [_press(press) for press in alert.dated[-dated:]]
    if pattern := pattern_of(alert.evidence, alert.presses):
        told["pattern"] = pattern
    if alert.evidence:
        told["evidence"] = write_evidence(alert.evidence)
    return _json(told)


def _room(room: Room) -> Mapping[str, str]:
    return {
        "id": room.id,
        "name": shortened(room.name, LONGEST_ROOM),
        "floor": shortened(room.floor, LONGEST_FLOOR),
        "building": shortened(room.building, LONGEST_BUILDING),
    }


def _press(press: DatedPress) -> Mapping[str, Any]:
    return {
        "press": press.press,
        "pressed_at": None if press.pressed_at is None else write_moment(press.pressed_at),
        "received_at": write_moment(press.received_at),
    }


def _receipts(incident: Incident) -> Iterator[Mapping[str, Any]]:
    """Who has given receipts by now; who has not is not named, for that may soon be untrue."""
    for each in standings((), incident.presses, incident.receipts):
        if each.since is not None:
            since = write_moment(each.since)
            yield {"endpoint": each.endpoint, "alerts": each.has, "since": since}


def _moves(incident: Incident) -> Mapping[str, Any]:
    """Where alerts belong that were here, or came here by a move; nothing while there is none."""
    if not incident.moves:
        return {}
    newest = sorted(incident.moves.items(), key=lambda each: each[1])[-MOST_MOVES:]
    return {"moves": [write_move(alert, move) for alert, move in newest]}


def _event(event: Event) -> Mapping[str, str]:
    told = {
        "at": write_moment(event.at),
        "what": event.what,
        "sentence": shortened(event.sentence, LONGEST_SENTENCE),
        "by": shortened(event.by, LONGEST_PERSON),
    }
    if event.side is not Answer.NONE:
        told["side"] = event.side.word
    return {**told, "text": shortened(event.text, LONGEST_TEXT)} if event.text else told


def _marks(incident: Incident) -> Mapping[str, Any]:
    """The marks that nobody has taken back, and how many were put."""
    if not incident.marks:
        return {"marks": [], "marks_put": 0}
    told = [_mark(mark) for mark in standing(incident.marks)]
    return {"marks": told, "marks_put": count_of(incident.marks)}


def _mark(mark: Mark) -> Mapping[str, Any]:
    told = {"sentence": shortened(mark.sentence, LONGEST_SENTENCE), **write_mark(mark)}
    del told["number"]
    return told


def _silent(camera: SilentCamera) -> Mapping[str, str]:
    return {"camera": camera.camera, "reason": shortened(camera.reason, LONGEST_REASON)}


_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
