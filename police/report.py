"""Parses a report from its bytes.  Pure.

What identifies (ids, version, site) must be right, or the report is refused.  What is only shown is
cut and cleaned instead, because no odd floor or camera may cost an alert.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from police.marks import read_marks
from police.picture import Picture, read_picture
from police.presses import read_presses
from police.sanitize import moment, place, text, web_address
from wire.clean import clean
from wire.disposition import read_disposition
from wire.errors import WireError
from wire.evidence import PATTERNS
from wire.ids import NAME, UUID, AlertId, IncidentId
from wire.limits import (
    LONGEST_BUILDING,
    LONGEST_DOUBT,
    LONGEST_FLOOR,
    LONGEST_PERSON,
    LONGEST_PHONE,
    LONGEST_REASON,
    LONGEST_ROOM,
    LONGEST_SENTENCE,
    LONGEST_SITE,
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    MOST_ALERTS,
    MOST_DOUBTS,
    MOST_LINES,
    MOST_PRESSES,
    MOST_SILENT,
)
from wire.modes import read_mode
from wire.moves import Move, read_moves
from wire.presses import DatedPress
from wire.report import HIGHEST_VERSION

# A sender that keeps to MOST_PICTURES never comes near.
_MOST_PICTURES: Final = 64
_A_UUID: Final = "a UUID in small letters"

Fields = Mapping[str, Any]


class NotJsonError(WireError):
    """The body cannot even be read as JSON."""


@dataclass(frozen=True, slots=True)
class Report:
    """An incident as its sender sees it; `head` and each alert are fit to be shown as they are.

    `presses` are those of the alerts that the report tells one by one, `moves` says which alerts
    belong to another incident than they were reported with.  `dropped` says in words
    which pictures could not be kept, and why.
    """

    incident: IncidentId
    version: int
    closed: bool
    head: Fields
    alerts: Mapping[AlertId, Fields]
    presses: Mapping[AlertId, tuple[DatedPress, ...]]
    pictures: tuple[Picture, ...]
    dropped: tuple[str, ...]
    moves: Mapping[AlertId, Move]


def read_report(body: bytes) -> Report:
    """Read a report; raises WireError for bytes that are not one."""
    fields = _read_object(body)
    if fields.get("type") != "incident.report":
        raise WireError("type: not incident.report")
    version = fields.get("version")
    if type(version) is not int or not 1 <= version <= HIGHEST_VERSION:
        raise WireError("version: not a whole number from 1")
    incident, site = _part(fields, "incident"), _part(fields, "site")
    head = _head(fields, incident, site)
    pictures, dropped = _pictures(fields.get("pictures"))
    alerts, presses = _alerts(fields.get("alerts"))
    return Report(
        incident=IncidentId(_id(incident, "incident.id", UUID, _A_UUID)),
        version=version,
        closed=head["status"] == "closed",
        head=head,
        alerts=alerts,
        presses=presses,
        pictures=pictures,
        dropped=dropped,
        moves=read_moves(fields.get("moves")),
    )


def _read_object(body: bytes) -> Fields:
    try:
        found = json.loads(body.decode(), parse_constant=_refuse_constant)
    except WireError:
        raise
    except (ValueError, RecursionError) as error:
        words = clean(str(error), 100)
        raise NotJsonError(f"the body is not JSON: {words}") from error
    if not isinstance(found, dict):
        raise WireError("the body is not a JSON object")
    return found


def _refuse_constant(name: str) -> float:
    raise NotJsonError(f"{name} is not a number of JSON")


def _part(fields: Fields, key: str) -> Fields:
    found = fields.get(key)
    if not isinstance(found, dict):
        raise WireError(f"{key}: missing, or not an object")
    return found


def _id(fields: Fields, name: str, pattern: re.Pattern[str], form: str) -> str:
    found = fields.get("id")
    if not isinstance(found, str) or not pattern.fullmatch(found):
        raise WireError(f"{name}: missing, or not {form}")
    return found


def _head(fields: Fields, incident: Fields, site: Fields) -> Fields:
    return {
        "mode": read_mode(fields.get("mode")),
        "status": text(incident.get("status"), 20) or "active",
        "disposition": read_disposition(incident.get("disposition")),
        "joined_into": text(incident.get("joined_into"), 36),
        "opened_at": moment(incident.get("opened_at")),
        "summary": text(incident.get("summary"), LONGEST_SUMMARY),
        "site": {
            "id": _id(site, "site.id", NAME, "3 to 32 of a-z, 0-9 and -"),
            "name": text(site.get("name"), LONGEST_SITE),
            "address": _texts(site.get("address"), _ADDRESS),
            "phone": text(site.get("phone"), LONGEST_PHONE),
            "geo": place(site.get("geo")),
        },
        "silent_cameras": [
            _texts(each, _SILENT) for each in _objects(fields, "silent_cameras", MOST_SILENT)
        ],
        "events": [
            {"at": moment(each.get("at")), **_texts(each, _EVENT)}
            for each in _objects(fields, "events", MOST_LINES)
        ],
        "marks": read_marks(fields.get("marks")),
        "live_url": web_address(fields.get("live_url")),
    }


_ADDRESS: Final = dict.fromkeys(("street", "city", "state", "postcode", "country"), LONGEST_SITE)
_SILENT: Final = {"camera": 64, "reason": LONGEST_REASON}
_EVENT: Final = {
    "what": 40,
    "sentence": LONGEST_SENTENCE,
    "by": LONGEST_PERSON,
    "side": 20,
    "text": LONGEST_TEXT,
}


def _alerts(
    found: Any,
) -> tuple[Mapping[AlertId, Fields], Mapping[AlertId, tuple[DatedPress, ...]]]:
    if not isinstance(found, list) or not 1 <= len(found) <= MOST_ALERTS:
        raise WireError(f"alerts: not a list of 1 to {MOST_ALERTS}")
    alerts, presses = dict[AlertId, Fields](), dict[AlertId, tuple[DatedPress, ...]]()
    for each in found:
        name, fields = _alert(each)
        alerts[name] = fields
        if told := read_presses(each.get("each_press"), fields["presses"]):
            presses[name] = told
    return alerts, presses


def _alert(found: Any) -> tuple[AlertId, Fields]:
    if not isinstance(found, dict):
        raise WireError("alerts: one of them is not an object")
    room = found.get("room")
    if not isinstance(room, dict):
        room = {}
    presses, doubts = found.get("presses"), found.get("doubts")
    return AlertId(_id(found, "alerts: the id of one", UUID, _A_UUID)), {
        "kind": text(found.get("kind"), 20),
        "unit": text(found.get("unit"), 40),
        "room": text(room.get("id"), LONGEST_ROOM),
        "name": text(room.get("name"), LONGEST_ROOM),
        "floor": text(room.get("floor"), LONGEST_FLOOR),
        "building": text(room.get("building"), LONGEST_BUILDING),
        "pressed_at": moment(found.get("pressed_at")),
        "received_at": moment(found.get("received_at")),
        "presses": presses if type(presses) is int and 0 < presses <= MOST_PRESSES else 1,
        "pattern": pattern if (pattern := found.get("pattern")) in PATTERNS else None,
        "verified": found.get("verified") is True,
        "doubts": [text(each, LONGEST_DOUBT) for each in doubts[:MOST_DOUBTS]]
        if isinstance(doubts, list)
        else [],
    }


def _pictures(found: Any) -> tuple[tuple[Picture, ...], tuple[str, ...]]:
    if not isinstance(found, list):
        return (), ()
    read = [read_picture(each) for each in found[:_MOST_PICTURES]]
    if len(found) > _MOST_PICTURES:
        read.append(f"{len(found) - _MOST_PICTURES} more than {_MOST_PICTURES} in one report")
    return (
        tuple(each for each in read if isinstance(each, Picture)),
        tuple(each for each in read if isinstance(each, str)),
    )


def _objects(fields: Fields, key: str, most: int) -> Iterator[Fields]:
    """The last objects of a list that is only shown."""
    found = fields.get(key)
    newest = found[-most:] if isinstance(found, list) else []
    return (each for each in newest if isinstance(each, dict))


def _texts(found: Any, longest: Mapping[str, int]) -> dict[str, str]:
    fields = found if isinstance(found, dict) else {}
    return {key: text(fields.get(key), most) for key, most in longest.items()}
