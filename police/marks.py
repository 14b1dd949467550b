"""Marks on the school's plan as a dispatcher sees them: the newest report's, and our own.  Pure.

A bad mark stops no other, and no report.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from police.sanitize import text
from wire.errors import WireError
from wire.limits import LONGEST_NOTE, LONGEST_SENTENCE, MOST_MARKS, MOST_MARKS_OF_RECEIVERS
from wire.mark_fields import Marking, fitting, read_mark, read_marking
from wire.marks import KNOWN, MARK, SIGHTS, TAKE_BACK, Mark, place_of, write_mark
from wire.moment import write_moment

Fields = Mapping[str, Any]

TABLE: Final = "ALTER TABLE answer ADD COLUMN mark TEXT;"


def read_marks(found: Any) -> list[dict[str, Any]]:
    """Return the marks of a report, the newest MOST_MARKS, fit to be shown."""
    told = found[-MOST_MARKS:] if isinstance(found, list) else []
    return [mark for each in told if (mark := _read(each))]


def marks_on_page(reported: Iterable[Fields], ours: Iterable[Fields], over: bool) -> list[Fields]:
    """Return the marks as a page shows them, the newest first.

    `ours` are the dispatchers' answers: a mark that they put is `pending` until a report of the
    school has told of it, or all is `over`; one that they took back is gone.
    """
    marking = [each for each in ours if each["mark"]]
    gone = {each["mark"]["id"] for each in marking if each["what"] == TAKE_BACK}
    told = [{**each, "pending": False} for each in reported]
    known = {each["id"] for each in told}
    untold = (each for each in marking if each["what"] == MARK and not each["mark_told"])
    waiting = () if over else (_pending(each) for each in untold if each["mark"]["id"] not in known)
    shown = chain(told, _kept(waiting, told))
    left = [each for each in shown if not _is_ours(each) or each["id"] not in gone]
    return sorted(left, key=lambda mark: mark["seen_at"], reverse=True)


def _kept(waiting: Iterable[Fields], told: Iterable[Fields]) -> Iterator[Fields]:
    """Leave out what the school has no room for: of receivers it keeps the newest."""
    ours = sorted((each["seen_at"] for each in told if _is_ours(each)), reverse=True)
    oldest = ours[MOST_MARKS_OF_RECEIVERS - 1] if len(ours) >= MOST_MARKS_OF_RECEIVERS else ""
    return (each for each in waiting if each["seen_at"] > oldest)


def _is_ours(mark: Fields) -> bool:
    """A school takes back no mark of its own because a receiver says so."""
    return bool(mark["known"] == KNOWN["receiver"])


def sentence_of(what: str, mark: Fields) -> str:
    """Say what a dispatcher put."""
    marking = read_marking(mark)
    return f"{SIGHTS[marking.what]}: {place_of(marking.spot)}" if what == MARK else ""


def read_stored(words: str | None) -> dict[str, Any] | None:
    """Return the mark of an answer that was kept, if it has one."""
    return json.loads(words) if words else None


def _read(found: Any) -> dict[str, Any] | None:
    try:
        mark: Mark = read_mark(found)
    except WireError:
        return None
    known = mark.what in SIGHTS
    told = "" if known else text(found.get("sentence"), LONGEST_SENTENCE)
    return {"sentence": told or mark.sentence, **write_mark(mark)}


def _pending(answer: Fields) -> dict[str, Any]:
    marking: Marking = read_marking(answer["mark"])
    at = write_moment(marking.seen_at) if marking.seen_at is not None else answer["at"]
    return {
        "id": marking.id,
        "what": marking.what,
        "sentence": sentence_of(MARK, answer["mark"]),
        **marking.spot._asdict(),
        "note": fitting(answer["text"], LONGEST_NOTE),
        "by": answer["by"],
        "known": "receiver",
        "seen_at": at,
        "pending": True,
    }
