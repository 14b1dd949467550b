"""An incident as the document that an endpoint is sent.  Pure.

Its law is `wire/report.schema.json`.

A storm makes many versions of a long document: each alert's part is written once and kept.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gateway.incident import Alert, Event, Incident
from gateway.work import Frame
from wire.ids import AlertId, CameraId, Wall
from wire.moment import write_moment

# The newest lines tell what is going on; the whole timeline stays in the store.
_MOST_EVENTS: Final = 100
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


def _no_link(_incident: Incident) -> str | None:
    return None


class ReportWriter:
    """Writes the reports of one site; `live_url` makes the address of an incident's own page."""

    shows_pictures = True

    def __init__(
        self, site: Mapping[str, Any], live_url: Callable[[Incident], str | None] = _no_link
    ) -> None:
        self._live_url = live_url
        self._site_name = str(site["name"])
        self._site = _json(site)
        self._parts: dict[AlertId, tuple[int, str]] = {}

    def write(
        self,
        incident: Incident,
        version: int,
        pictures: Sequence[Picture],
        silent: Iterable[SilentCamera],
    ) -> str:
        """Return the document of `incident` as it stands, as its `version`."""
        head = {
            "id": incident.reported_as,
            "status": "closed" if incident.closed else "active",
            "opened_at": write_moment(incident.opened_at),
            "summary": summarise(self._site_name, incident),
        }
        alerts = ",".join([self._part(alert) for alert in incident.alerts.values()])
        shown = ",".join([picture.part for picture in pictures])
        return (
            f'{{"type":"incident.report","version":{version},"mode":"live",'
            f'"incident":{_json(head)},"site":{self._site},"alerts":[{alerts}],'
            f'"pictures":[{shown}],"silent_cameras":{_list(map(_silent, silent))},'
            f'"events":{_list(map(_event, incident.events[-_MOST_EVENTS:]))},'
            f'"live_url":{_json(self._live_url(incident))}}}'
        )

    def forget(self, incident: Incident) -> None:
        """Let go of the parts of an incident that is over."""
        for alert in incident.alerts:
            self._parts.pop(alert, None)

    def _part(self, alert: Alert) -> str:
        presses, part = self._parts.get(alert.id, (0, ""))
        if presses != alert.presses:
            part = _json(_alert(alert))
            self._parts[alert.id] = alert.presses, part
        return part


def summarise(site_name: str, incident: Incident) -> str:
    """Say what and where in one line, first rooms first."""
    rooms = {alert.room.id: alert.room for alert in incident.alerts.values()}
    if len(rooms) == 1:
        (room,) = rooms.values()
        place = [room.building, room.floor and f"floor {room.floor}", f"room {room.id}"]
        return f"PANIC {site_name}, {', '.join(filter(None, place))}"
    named = ", ".join(list(rooms)[:_MOST_ROOMS_NAMED])
    more = "" if len(rooms) <= _MOST_ROOMS_NAMED else ", …"
    return f"PANIC {site_name}, {len(rooms)} rooms: {named}{more}"


def _alert(alert: Alert) -> Mapping[str, Any]:
    return {
        "id": alert.id,
        "kind": alert.kind,
        "unit": alert.unit,
        "room": {
            "id": alert.room.id,
            "name": alert.room.name,
            "floor": alert.room.floor,
            "building": alert.room.building,
        },
        "pressed_at": write_moment(alert.pressed_at),
        "received_at": write_moment(alert.received_at),
        "presses": alert.presses,
        "verified": not alert.doubts,
        "doubts": alert.doubts,
    }


def _event(event: Event) -> Mapping[str, str]:
    told = {"at": write_moment(event.at), "what": event.what, "by": event.by}
    return {**told, "text": event.text} if event.text else told


def _silent(camera: SilentCamera) -> Mapping[str, str]:
    return {"camera": camera.camera, "reason": camera.reason}


def _list(fields: Iterable[Mapping[str, str]]) -> str:
    return f"[{','.join(map(_json, fields))}]"


_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
