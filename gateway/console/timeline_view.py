"""The timeline as a page is told it, by who reads it.  Pure.

Presses are not among its lines: a page has them by room.  People's words are never displaced by
what machines say.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, Literal

from gateway.core.incidents.receipts import BY_THE_OTHER_GATEWAY
from gateway.store.timeline import EventRow
from gateway.store.values import read_answer
from wire.answers import CANCEL, DURESS, PRESSED_AGAIN
from wire.lines import newest
from wire.moment import write_moment
from wire.timeline import DELIVERED, IN_BOOKS, NOT_DELIVERED, PRESSED, sentence_of

Fields = dict[str, Any]
Reading = Literal["link", "page", "books"]
"""What a person may read: an incident's page, by a live link or an account, or the school's books
with it.
"""

_MOST_LINES: Final = 200
_MOST_ROOMS: Final = 12
_BY_ROOM: Final = frozenset({PRESSED, PRESSED_AGAIN})


def tell_timeline(events: Sequence[EventRow], rooms: Mapping[str, str], reading: Reading) -> Fields:
    """Return the lines that everybody on the page sees, and those of the books if they are read.

    `rooms` are those of the alerts.
    """
    shown = [each for each in events if each.what not in IN_BOOKS and each.what not in _BY_ROOM]
    if reading != "link":
        shown = _as_wanted(shown)
    told: Fields = {"events": list(_lines(newest(shown, _MOST_LINES), rooms))}
    if reading == "books":
        looks = [each for each in events if each.what in IN_BOOKS]
        told["looks"] = list(_lines(looks[-_MOST_LINES:], rooms))
    return told


def _as_wanted(rows: Sequence[EventRow]) -> list[EventRow]:
    """The one who forces a person looks at the school's pages, and sees there what was wanted: a
    false alarm, or a close with nothing beside it.
    """
    told: list[EventRow] = []
    closes = {(row.by, row.text) for row in rows if row.what == "close"}
    for row in reversed(rows):
        deed = row.by, row.text
        if row.what == DURESS and deed in closes:
            closes.remove(deed)
        else:
            told.append(row._replace(what=CANCEL) if row.what == DURESS else row)
    return told[::-1]


def sentence(row: EventRow) -> str:
    """Say what happened, and which endpoint it concerns."""
    if not row.endpoint:
        return sentence_of(row.what)
    if row.number == BY_THE_OTHER_GATEWAY:
        proof = ", as the other gateway says"
    else:
        proof = f", receipt {row.number}" if row.number else ""
    over = "" if row.what == DELIVERED else "NOT DELIVERED is over: "
    return f"{over}received by {row.endpoint}{proof}"


def _lines(rows: Iterable[EventRow], rooms: Mapping[str, str]) -> Iterator[Fields]:
    """A line for each row, and one for all alerts that a receipt names."""
    for _, alike in groupby(rows, lambda row: row._replace(alert="", press=0)):
        lines = list(alike)
        if lines[0].endpoint or lines[0].what == NOT_DELIVERED:
            yield {**_line(lines[0]), "text": _named(lines, rooms)}
        else:
            yield from map(_line, lines)


def _line(row: EventRow) -> Fields:
    return {
        "at": write_moment(row.at),
        "what": row.what,
        "sentence": sentence(row),
        "by": row.by,
        "side": read_answer(row.side).word,
        "text": row.text,
    }


def _named(rows: Iterable[EventRow], rooms: Mapping[str, str]) -> str:
    """The rooms that rows are about, as many as a line has place for."""
    names = list(dict.fromkeys(rooms[row.alert] for row in rows if row.alert in rooms))
    more = f" and {len(names) - _MOST_ROOMS} more" if len(names) > _MOST_ROOMS else ""
    several = "rooms" if len(names) > 1 else "room"
    return f"{several} {', '.join(names[:_MOST_ROOMS])}{more}" if names else ""
