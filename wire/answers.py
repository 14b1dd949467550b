"""The vocabulary of answers to an incident and of the school's own actions, for all sides.

A receiver's dispatchers answer by these words, officers and the school's own people act by them,
and an event of a report has one as its `what`, with a sentence for a person beside it.
"""

from collections.abc import Mapping
from typing import Final

from wire.ids import UUID, AlertId

# As many as a report holds.
_MOST_SEEN: Final = 10_000
_MOST_PRESSES: Final = 2**31
_BY_LINK: Final = ", by live link"
# As long as a name may be that the other gateway is told.
_LONGEST_NAME: Final = 80

ANSWERS: Final[Mapping[str, str]] = {
    "acknowledge": "acknowledged",
    "dispatched": "dispatched",
    "on-scene": "on scene",
    "all-clear": "all clear",
    "message": "message",
}
"""What a receiver may answer, each with its sentence.  None of them ends an incident."""

ALL_CLEAR: Final = "all-clear"
"""A person says that the danger is over: what is pressed after it is another incident."""

TAKEN: Final = frozenset({"acknowledge", "dispatched", "on-scene"})
"""The answers which say that a person has taken the incident."""

SCHOOL: Final[Mapping[str, str]] = {
    "cancel": "cancelled",
    "close": "closed",
    "split": "split",
    "join": "joined",
    "withdraw-link": "live link withdrawn",
}
"""What named persons of the school alone do, each with its sentence."""

MOVES: Final = frozenset({"split", "join"})
"""Those of the school's which move alerts to another incident."""

CANCEL: Final = "cancel"
DURESS: Final = "duress"
"""Who says that it was a false alarm is forced to: the school's own pages show a cancel."""

PRESSED_AGAIN: Final = "pressed-again"
GOES_ON: Final = "goes-on"

EVENTS: Final[Mapping[str, str]] = {
    **ANSWERS,
    **SCHOOL,
    DURESS: "DURESS: was forced to call it a false alarm",
    PRESSED_AGAIN: "pressed again",
    GOES_ON: "pressed again after all clear: goes on as another incident",
}
"""Every `what` that an event of a report may bear, with the sentence that says no more."""

# Words of the first draft, which receivers may have been built by: understood until 0.2.
_FORMER: Final = {"confirm": "acknowledge"}


def signed_by_link(name: str) -> str:
    """Return how a person signs who came by a live link: the name is what they say of themselves,
    and nobody else's ends so.
    """
    return f"{name[: _LONGEST_NAME - len(_BY_LINK)]}{_BY_LINK}"


def read_answer(word: str) -> str | None:
    """Return the answer that a receiver gave; None if it is none of ours."""
    known = _FORMER.get(word, word)
    return known if known in ANSWERS else None


def read_seen(found: object) -> dict[AlertId, int] | None:
    """Return the alerts, with their presses, that stood on the screen of the person who answered.

    `[{"id": …, "presses": …}, …]`, as in a report; None if the answer does not say, or not so.
    """
    if not isinstance(found, list) or len(found) > _MOST_SEEN:
        return None
    seen: dict[AlertId, int] = {}
    for each in found:
        name, presses = (each.get("id"), each.get("presses")) if isinstance(each, dict) else (0, 0)
        if not isinstance(name, str) or not UUID.fullmatch(name.lower()):
            return None
        if type(presses) is not int or not 1 <= presses < _MOST_PRESSES:
            return None
        seen[AlertId(name.lower())] = presses
    return seen


def write_seen(seen: Mapping[AlertId, int]) -> list[dict[str, str | int]]:
    """Write down what `read_seen` reads."""
    return [{"id": name, "presses": presses} for name, presses in seen.items()]
