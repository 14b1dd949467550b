"""How the console writes down an action for the gateway, and how the gateway reads it: as the word
of a stranger, for a console faces strangers.

What can be written so is what people do on the console's pages.  How a person is known follows from
their side alone: no file speaks for a receiver.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from gateway.core.incidents.actions import ACTIONS, LONGEST_NAME, LONGEST_TEXT
from gateway.core.site import MovedPlaces, Place
from gateway.store.actions import SCHOOL, QueuedAction
from wire.answers import read_seen, write_seen
from wire.clean import clean
from wire.errors import WireError
from wire.exercise import START, Exercise, read_exercise, write_exercise
from wire.ids import CAMERA, ROOM, UUID, CameraId, IncidentId, RoomId
from wire.mark_fields import read_marking, write_marking
from wire.marks import MARKING
from wire.stage import Answer

LARGEST: Final = 1_000_000
"""Bytes of a file: what stood on a screen may be 10,000 alerts."""
_AT_THE_TERMINAL: Final = frozenset({"test-receivers"})
_KNOWN: Final = (ACTIONS.keys() | MARKING.keys()) - _AT_THE_TERMINAL
_SIDES: Final = (Answer.SCHOOL, Answer.RECEIVER)
# A disposition, or the id of an incident.
_DETAIL: Final = re.compile(r"[a-z0-9-]{0,40}")
_MOST_PLACES: Final = 2_000


def write_action(action: QueuedAction) -> bytes:
    """Return the file of an action."""
    told: dict[str, Any] = {
        "incident": action.incident,
        "what": action.what,
        "by": clean(action.by)[:LONGEST_NAME],
        "text": clean(action.text, LONGEST_TEXT)[:LONGEST_TEXT],
        "side": int(action.side),
        "detail": action.detail,
    }
    if action.seen is not None:
        told["seen"] = write_seen(action.seen)
    if action.exercise:
        told["exercise"] = write_exercise(action.exercise)
    if action.marking:
        told["mark"] = write_marking(action.marking)
    if any(action.moved):
        told["rooms"], told["cameras"] = action.moved
    return json.dumps(told).encode()


def read_action(content: bytes) -> QueuedAction:
    """Return the action of a file; raises WireError for whatever is none."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise WireError("no JSON") from error
    if not isinstance(found, dict):
        raise WireError("no JSON object")
    incident, what, by = _text(found, "incident"), _text(found, "what"), _text(found, "by")
    text, detail = _text(found, "text"), _text(found, "detail")
    if incident != SCHOOL and not UUID.fullmatch(incident):
        raise WireError("incident: no id")
    if what not in _KNOWN:
        raise WireError("what: nothing that is done on the console's pages")
    if not 1 <= len(by) <= LONGEST_NAME or len(text) > LONGEST_TEXT:
        raise WireError("by, text: missing, or too long")
    if not _DETAIL.fullmatch(detail):
        raise WireError("detail: neither a disposition nor an id")
    marking = read_marking(found["mark"]) if "mark" in found else None
    if (marking is not None) != (what in MARKING):
        raise WireError("mark: of a mark alone, and it has one")
    exercise = _exercise(found, what)
    side, seen, moved = _side(found), read_seen(found.get("seen")), _moved(found)
    by, text = clean(by), clean(text, LONGEST_TEXT)
    return QueuedAction(
        *(IncidentId(incident), what, by, text, None, side, seen, detail, marking, moved),
        exercise=exercise,
    )


def _exercise(found: Mapping[str, Any], what: str) -> Exercise | None:
    if ("exercise" in found) != (what == START):
        raise WireError("exercise: of a start alone, and it has one")
    return read_exercise(found["exercise"]) if what == START else None


def _text(found: Mapping[str, Any], name: str) -> str:
    text = found.get(name)
    if not isinstance(text, str):
        raise WireError(f"{name}: no text")
    return text


def _side(found: Mapping[str, Any]) -> Answer:
    side = found.get("side")
    if type(side) is not int or side not in _SIDES:
        raise WireError("side: neither the school's nor an officer's")
    return Answer(side)


def _moved(found: Mapping[str, Any]) -> MovedPlaces:
    rooms = _places(found.get("rooms", {}), ROOM)
    cameras = _places(found.get("cameras", {}), CAMERA)
    return MovedPlaces(
        {RoomId(name): at for name, at in rooms.items()},
        {CameraId(name): at for name, at in cameras.items()},
    )


def _places(found: object, name_of: re.Pattern[str]) -> dict[str, Place]:
    if not isinstance(found, dict) or len(found) > _MOST_PLACES:
        raise WireError("rooms, cameras: no places, or too many")
    return {name: _place(at) for name, at in found.items() if name_of.fullmatch(name)}


def _place(found: object) -> Place:
    if not isinstance(found, list) or len(found) != len(Place._fields):
        raise WireError("rooms, cameras: a place is [x, y]")
    if not all(type(each) in (int, float) and 0 <= each <= 100 for each in found):
        raise WireError("rooms, cameras: a place is 0 to 100 per cent")
    x, y = map(float, found)
    return Place(x, y)
