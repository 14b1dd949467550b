"""The JSON that a dispatcher's page is sent, put together from what is stored.  Pure.

Rooms come from every alert ever reported, not from the newest report alone, so that nothing a
sender sends later can make a room vanish.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import filterfalse
from typing import Any, NamedTuple

from police.events import with_all_events
from police.marks import marks_on_page, read_stored, sentence_of
from wire.answers import ANSWERS, TAKEN
from wire.disposition import DISPOSITIONS, UNSAID
from wire.evidence import Pattern
from wire.ids import Wall
from wire.marks import MARKING
from wire.moment import read_moment, write_moment
from wire.presses import DatedPress, Place, merged, undated, write_times, write_trail
from wire.stage import Answer

Fields = dict[str, Any]


class IncidentRow(NamedTuple):
    """An incident as it is kept, or a card of several, by the name of the oldest; another report
    changes `newest` or `late`, a dispatcher's answer `answers`.  `words` is JSON."""

    sender: str
    incident: str
    version: int
    first_at: float
    newest_at: float
    late: int
    newest: int
    words: str
    answers: int


class IncidentDetails(NamedTuple):
    """What else is kept of an incident: an alert is its id and its words, which are JSON; a press
    is that id, its number and its times.
    """

    alerts: Sequence[tuple[str, str]]
    presses: Sequence[tuple[str, int, float | None, float]]
    pictures: Sequence[tuple[str, str, str, float | None, str]]
    dropped: Sequence[tuple[str]]
    answers: Sequence[tuple[float, str, str, str, str | None, int]]


def one_card(rows: Sequence[IncidentRow]) -> IncidentRow:
    """Return what is known of one card: its newest version says how it stands, and the events are
    those of all.
    """
    if len(rows) == 1:
        return rows[0]
    newest = max(rows, key=lambda row: row.version)
    head = json.loads(newest.words)
    for row in rows:
        head = with_all_events(head, json.loads(row.words))
    return newest._replace(
        first_at=min(row.first_at for row in rows),
        newest_at=max(row.newest_at for row in rows),
        late=sum(row.late for row in rows),
        newest=max(row.newest for row in rows),
        words=json.dumps(head),
        answers=sum(row.answers for row in rows),
    )


def write_incident(row: IncidentRow, details: IncidentDetails) -> bytes:
    """Write one incident as JSON."""
    alerts = [{"alert": alert, **json.loads(words)} for alert, words in details.alerts]
    _date(alerts, details.presses)
    head = json.loads(row.words)
    answers = [_answer(*each) for each in details.answers]
    events = [*head["events"], *_not_yet_reported(answers, head["events"])]
    shown = {
        "incident": row.incident,
        "sender": row.sender,
        "version": row.version,
        "received_at": write_moment(Wall(row.first_at)),
        "newest_at": write_moment(Wall(row.newest_at)),
        "late": row.late,
        **head,
        "events": events,
        "joined_into": head.get("joined_into", "") if not alerts else "",
        "was": DISPOSITIONS.get(head.get("disposition", UNSAID), ""),
        "taken": _last(filter(_is_ours, events), TAKEN),
        "standing": _last(filter(_is_ours, events), TAKEN | {"all-clear"}),
        "school_says": _last(filterfalse(_is_ours, events), TAKEN | {"all-clear"}),
        "verified": all(alert["verified"] for alert in alerts),
        "alerts": [alert["alert"] for alert in alerts],
        "presses": [alert["presses"] for alert in alerts],
        "rooms": _rooms(alerts),
        "trail": write_trail(
            (each.at, _step(alert)) for alert in alerts for each in alert["dated"]
        ),
        "pictures": [_picture(*each) for each in details.pictures],
        "pictures_dropped": [reason for (reason,) in details.dropped],
        "marks": marks_on_page(head.get("marks", []), answers, head["status"] == "closed"),
        "answers": answers,
    }
    return json.dumps(shown, separators=(",", ":")).encode()


def write_without_link(row: IncidentRow, details: IncidentDetails) -> bytes:
    """Write one incident for a person who may only see: by its live link people answer."""
    head = {**json.loads(row.words), "live_url": None}
    return write_incident(row._replace(words=json.dumps(head)), details)


def _is_ours(event: Fields) -> bool:
    """False for what a person at the school said: it takes nothing off a dispatcher's hands."""
    return event.get("side") != Answer.SCHOOL.word


def _last(events: Iterable[Fields], words: Collection[str]) -> Fields | None:
    return next((each for each in reversed(list(events)) if each["what"] in words), None)


def _answer(at: float, what: str, by: str, text: str, words: str | None, told: int) -> Fields:
    mark = read_stored(words)
    fields = {"what": what, "by": by, "text": text, "mark": mark, "mark_told": bool(told)}
    sentence = sentence_of(what, mark) if mark else ANSWERS.get(what)
    return {"at": write_moment(Wall(at)), "sentence": sentence or MARKING.get(what, what), **fields}


def _not_yet_reported(answers: Sequence[Fields], events: Sequence[Fields]) -> list[Fields]:
    """Return our own answers that no report of the school has brought back yet."""
    reported = {(event["what"], event["text"]) for event in events}
    return [each for each in answers if (each["what"], each["text"]) not in reported]


def _rooms(alerts: Iterable[Fields]) -> list[Fields]:
    """Put the alerts of each room together, the room pressed last first."""
    rooms: dict[Place, list[Fields]] = {}
    for alert in alerts:
        rooms.setdefault(_place(alert), []).append(alert)
    shown = [_room(each) for each in rooms.values()]
    return sorted(shown, key=lambda room: room["last_at"] or "", reverse=True)


def _date(
    alerts: Iterable[Fields], presses: Iterable[tuple[str, int, float | None, float]]
) -> None:
    """Give each alert the presses of it whose times are known."""
    told: dict[str, list[DatedPress]] = {}
    for alert, press, pressed_at, received_at in presses:
        at = None if pressed_at is None else Wall(pressed_at)
        told.setdefault(alert, []).append(DatedPress(press, at, Wall(received_at)))
    for each in alerts:
        each["dated"] = merged(_first(each), told.get(each["alert"], ()))


def _first(alert: Fields) -> Iterator[DatedPress]:
    """The press of which the alert itself tells, if it tells when that was."""
    pressed_at, received_at = alert["pressed_at"], alert["received_at"]
    if received_at or pressed_at:
        at = read_moment(pressed_at) if pressed_at else None
        yield DatedPress(1, at, read_moment(received_at or pressed_at))


def _place(alert: Fields) -> Place:
    return alert["building"], alert["floor"], alert["room"]


def _step(alert: Fields) -> Place:
    return alert["building"], alert["floor"], alert["room"] or alert["name"]


def _room(alerts: Sequence[Fields]) -> Fields:
    dated = sorted((each for alert in alerts for each in alert["dated"]), key=lambda each: each.at)
    first = [at for alert in alerts if (at := alert["pressed_at"] or alert["received_at"])]
    return {
        **{key: alerts[0][key] for key in ("room", "name", "floor", "building", "kind")},
        "alerts": len(alerts),
        "presses": sum(alert["presses"] for alert in alerts),
        "times": write_times(dated),
        "undated": sum(undated(alert["presses"], alert["dated"]) for alert in alerts),
        "pressed_at": min(first, default=None),
        "last_at": write_moment(dated[-1].at) if dated else None,
        "received_at": min((a["received_at"] for a in alerts if a["received_at"]), default=None),
        "pattern": _pattern(alerts),
        "verified": all(alert["verified"] for alert in alerts),
        "doubts": _doubts(alerts),
    }


def _pattern(alerts: Sequence[Fields]) -> Pattern | None:
    """Say in one word what the presses of a room look like; a card from before has no such word."""
    told = {alert.get("pattern") for alert in alerts}
    if "held" in told:
        return "held"
    if sum(alert["presses"] for alert in alerts) > 1:
        return "repeated"
    (only,) = told
    return only


def _doubts(alerts: Sequence[Fields]) -> list[str]:
    """What is in doubt, in words; an alert that is not verified is never without a word."""
    named = dict.fromkeys(doubt for alert in alerts for doubt in alert["doubts"] if doubt)
    if not named and not all(alert["verified"] for alert in alerts):
        return ["the sender marks it as unverified and gives no reason"]
    return list(named)


def _picture(
    camera: str, room: str, taken_at: str, seconds_from_press: float | None, sha256: str
) -> Fields:
    return {
        "camera": camera,
        "room": room,
        "taken_at": taken_at,
        "seconds_from_press": seconds_from_press,
        "sha256": sha256,
        "url": f"/pictures/{sha256}.jpg",
    }
