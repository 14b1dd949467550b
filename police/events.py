"""Merges the events of an incident over all its versions.  Pure.

Two gateways of a school may each know of something that the other does not, and one that lost its
disk counts its versions from 1 again: no version takes back what another one reported.
"""

from collections.abc import Mapping
from typing import Any, Final

from wire.disposition import UNSAID, weightier

Fields = Mapping[str, Any]

# Far more than any incident has; the oldest give way, and what no person said before the rest.
_MOST: Final = 2000


def with_all_events(head: Fields, other: Fields) -> dict[str, Any]:
    """Return `head` with the events of both, the oldest first, and what either says it was."""
    known = {_key(each) for each in head["events"]}
    lacking = [each for each in other["events"] if _key(each) not in known]
    events = [*head["events"], *lacking]
    if lacking:
        events.sort(key=lambda each: each["at"] or "")
    while len(events) > _MOST:
        events.remove(next((each for each in events if not each["by"]), events[0]))
    said = weightier(head.get("disposition", UNSAID), other.get("disposition", UNSAID))
    return {**head, "events": events, "disposition": said}


def _key(event: Fields) -> tuple[Any, ...]:
    return tuple(sorted(event.items()))
