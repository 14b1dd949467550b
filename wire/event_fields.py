"""Events of incidents as fields of a message, and back.  Their bytes are `codec`'s business."""

import json
import re
from typing import Any, Final

from wire import fields as read
from wire.disposition import read_disposition
from wire.exercise import read_exercise, write_exercise
from wire.fields import MOST_NAMED, Fields
from wire.ids import UUID, AlertId, IncidentId
from wire.limits import LARGEST_NUMBER, LONGEST_TEXT
from wire.mark_fields import read_mark
from wire.marks import write_mark
from wire.messages import IncidentEvent
from wire.moment import write_moment

_WHAT: Final = re.compile(r"[a-z]{1,32}")
# A person's name or an endpoint's, or none; what is not printable, or half a character, is no name.
_BY: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,80}")

_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# Bytes of a note as it is written: 500 characters of ASCII, 200 of most other scripts.
_LARGEST_NOTE: Final = 1_200


def write_event(news: IncidentEvent) -> Fields:
    """Return an event as the fields of a message."""
    return {
        "type": "event",
        "incident": news.incident,
        "at": write_moment(news.at),
        "what": news.what,
        "by": news.by,
        "alerts": [{"alert": a, "presses": n} for a, n in news.alerts[:MOST_NAMED]],
        "rooms": list(news.rooms[:MOST_NAMED]),
        "answer": news.answer.word,
        **({"disposition": news.disposition} if news.disposition else {}),
        **({"note": _fitting(news.note)} if news.note else {}),
        **({"mark": write_mark(news.mark)} if news.mark else {}),
        **({"exercise": write_exercise(news.exercise)} if news.exercise else {}),
        **({"move": {"number": news.move, "from": news.source}} if news.move else {}),
    }


def read_event(fields: Fields) -> IncidentEvent:
    """Read an event; raises WireError."""
    return IncidentEvent(
        incident=IncidentId(read.text(fields, "incident", UUID)),
        at=read.moment(fields, "at"),
        what=read.text(fields, "what", _WHAT),
        by=read.text(fields, "by", _BY),
        alerts=tuple(
            (AlertId(read.text(each, "alert", UUID)), read.count(each, "presses", least=1))
            for each in read.objects(fields, "alerts")
        ),
        rooms=tuple(read.texts(fields, "rooms", _BY)),
        answer=read.answer(fields),
        disposition=read_disposition(fields.get("disposition")),
        note=_printable(fields.get("note")),
        mark=read_mark(fields["mark"]) if "mark" in fields else None,
        exercise=read_exercise(fields["exercise"]) if "exercise" in fields else None,
        **_read_move(fields),
    )


def _printable(note: object) -> str:
    """No end is refused for what somebody says of it."""
    return _UNPRINTABLE.sub(" ", note)[:LONGEST_TEXT] if isinstance(note, str) else ""


def _fitting(note: str) -> str:
    """Return as much of a note as a message has room for."""
    note = _printable(note)
    while (size := len(json.dumps(note))) > _LARGEST_NOTE:
        note = note[: len(note) * _LARGEST_NOTE // size]
    return note


def _read_move(fields: Fields) -> dict[str, Any]:
    if "move" not in fields:
        return {}
    (move,) = read.objects({"move": [fields["move"]]}, "move")
    number = read.whole(move, "number", least=1, most=LARGEST_NUMBER)
    return {"move": number, "source": IncidentId(read.text(move, "from", UUID))}
