"""Merges the events of an incident over all its versions.  Pure.

Two gateways of a school may each know of something that the other does not, and one that lost its
disk counts its versions from 1 again: no version takes back what another one reported.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from wire.disposition import UNSAID, weightier
from wire.lines import newest
from wire.modes import read_mode
from wire.modes import weightier as weightier_mode
from wire.stage import Answer

Fields = Mapping[str, Any]

# Far more than any incident has; which give way is said in wire/lines.py.
_MOST: Final = 2000


class _Line(NamedTuple):
    """An event, with what says whether it stays."""

    by: str
    side: Answer
    event: Fields


def with_all_events(head: Fields, other: Fields) -> dict[str, Any]:
    """Return `head` with the events of both, the oldest first, and what either says it was."""
    known = {_key(each) for each in head["events"]}
    lacking = [each for each in other["events"] if _key(each) not in known]
    events = [*head["events"], *lacking]
    if lacking:
        events.sort(key=lambda each: each["at"] or "")
    events = [line.event for line in newest([_line(each) for each in events], _MOST)]
    said = weightier(head.get("disposition", UNSAID), other.get("disposition", UNSAID))
    mode = weightier_mode(read_mode(head.get("mode")), read_mode(other.get("mode")))
    return {**head, "events": events, "disposition": said, "mode": mode}


def _line(event: Fields) -> _Line:
    school = event.get("side") == Answer.SCHOOL.word
    return _Line(event["by"], Answer.SCHOOL if school else Answer.RECEIVER, event)


def _key(event: Fields) -> tuple[Any, ...]:
    return tuple(sorted(event.items()))
