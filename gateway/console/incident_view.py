"""The JSON document of an incident that its page is sent.  Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from gateway.console.delivery_view import tell_delivery
from gateway.console.room_view import dated_presses, describe_rooms, describe_trail
from gateway.console.timeline_view import Reading, tell_timeline
from gateway.core.site import Entry, Place, Register
from gateway.store.heads import Head
from gateway.store.pictures.reader import KeptPicture
from gateway.store.reader import AlertRow, PressRow
from gateway.store.receipts import Delivery
from gateway.store.timeline import EventRow
from gateway.store.values import read_answer
from wire.answers import write_seen
from wire.disposition import DISPOSITIONS
from wire.ids import AlertId, CameraId, RoomId, Wall
from wire.marks import Mark, count_of, standing, write_mark
from wire.moment import write_moment

Fields = dict[str, Any]

# Of each camera: those around the press, and the newest.
_FIRST_PICTURES: Final = 8
_LAST_PICTURES: Final = 4


def describe_incident(
    head: Head,
    delivery: Delivery,
    alerts: Sequence[AlertRow],
    presses: Sequence[PressRow],
    events: Sequence[EventRow],
    marks: Sequence[Mark],
    pictures: Sequence[KeptPicture],
    register: Register,
    plans: Mapping[tuple[str, str], str],
    camera_places: Mapping[CameraId, Place],
    reading: Reading,
    beside: Fields,
) -> bytes:
    """Return the incident as JSON; `plans` names each floor's picture.

    `beside` is what `tell_beside` says.  Once it is closed no picture is named.  Who has looked is
    told to a `reading` of the books.
    """
    dated = dated_presses(alerts, presses)
    rooms = describe_rooms(alerts, dated)
    told = {
        **_head(head),
        **beside,
        "delivery": tell_delivery(delivery),
        "answer": read_answer(head.answer).word,
        "alerts": write_seen({AlertId(each.id): each.presses for each in alerts}),
        "rooms": rooms,
        "trail": describe_trail(alerts, dated),
        "marks": [{**write_mark(each), "sentence": each.sentence} for each in standing(marks)],
        "marks_put": count_of(marks),
        "floors": _floors(rooms, register, plans, camera_places if head.is_open else {}),
        "cameras": cameras_of(register) if head.is_open else {},
        "pictures": list(map(_picture, _chosen(pictures))) if head.is_open else [],
        **tell_timeline(events, {each.id: each.room for each in alerts}, reading),
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _head(head: Head) -> Fields:
    return {
        "incident": head.id,
        "open": head.is_open,
        "mode": head.mode,
        "opened_at": write_moment(head.opened_at),
        "was": "" if head.is_open else DISPOSITIONS.get(head.disposition, ""),
    }


def cameras_of(register: Register) -> dict[CameraId, list[RoomId]]:
    """Return every camera of the register with the rooms that it sees."""
    found: dict[CameraId, list[RoomId]] = {}
    for room, entry in register.by_room.items():
        for camera in entry.cameras:
            found.setdefault(camera, []).append(room)
    return found


def floor_of(register: Register, rooms: Sequence[RoomId]) -> tuple[str, str]:
    """Return building and floor of a camera that sees `rooms`: those of the first."""
    room = register.by_room[rooms[0]].room
    return room.building, room.floor


def _floors(
    rooms: Sequence[Fields],
    register: Register,
    plans: Mapping[tuple[str, str], str],
    camera_places: Mapping[CameraId, Place],
) -> list[Fields]:
    """Return every floor of the register, that of the newest press first."""
    floors: dict[tuple[str, str], list[Fields]] = {
        (room["building"], room["floor"]): [] for room in rooms
    }
    for entry in register.by_room.values():
        floors.setdefault((entry.room.building, entry.room.floor), []).append(_place(entry))
    cameras: dict[tuple[str, str], list[Fields]] = {}
    for camera, seen in cameras_of(register).items():
        if place := camera_places.get(camera):
            there = cameras.setdefault(floor_of(register, seen), [])
            there.append({"camera": camera, "x": place.x, "y": place.y})
    return [
        {
            "building": floor[0],
            "floor": floor[1],
            "plan": plans.get(floor),
            "rooms": each,
            "cameras": cameras.get(floor, []),
        }
        for floor, each in floors.items()
    ]


def _place(entry: Entry) -> Fields:
    room = entry.room
    return {"room": room.id, "name": room.name, "x": entry.x, "y": entry.y}


def _chosen(pictures: Sequence[KeptPicture]) -> list[KeptPicture]:
    by_camera: dict[CameraId, list[KeptPicture]] = {}
    for picture in pictures:
        by_camera.setdefault(picture.camera, []).append(picture)
    return [
        picture
        for each in by_camera.values()
        for picture in dict.fromkeys((*each[:_FIRST_PICTURES], *each[-_LAST_PICTURES:]))
    ]


def _picture(picture: KeptPicture) -> Fields:
    return {
        "id": picture.id,
        "camera": picture.camera,
        "room": picture.room,
        "taken_at": write_moment(Wall(picture.taken_at)),
        "seconds_from_press": picture.seconds_from_press,
    }
