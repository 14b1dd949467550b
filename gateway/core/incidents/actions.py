"""The actions of people on an incident, and what follows from each.  Pure.

Actions that endpoints hear of are named as in `wire/answers.py`; the rest is the school's own.
Rule 1: each action has a person's name, and is a line of the timeline.
Rule 2: nothing recalls an alert.  A cancel is one more report, one under duress says so, and only
        `close` ends an incident.
Rule 3: viewing is an event, too; it stays in the school's own timeline and makes no report.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from wire.answers import ALL_CLEAR, ANSWERS, DURESS, EVENTS, MOVES, SCHOOL, TAKEN
from wire.timeline import HAS_NOTICE, IN_BOOKS, LINK_MADE, LINK_VIEWED, TAKE_TROUBLE

LONGEST_NAME: Final = 80
LONGEST_TEXT: Final = 500


class Action(NamedTuple):
    """`sentence`: as the timeline says it.  `takes`: that person has taken the incident's alerts.
    `closes`: they are over.  `clears`: that person says of them that the danger is over.  `moves`:
    they go to another incident.

    `told`: endpoints hear of it.  `account`: asks for a person whom the school knows by login, or
    at the gateway's own terminal.
    """

    sentence: str
    takes: bool = False
    closes: bool = False
    clears: bool = False
    moves: bool = False
    told: bool = True
    account: bool = False


# Also done by people who hold a live link or that of a notice, or whom nobody knows.
_WITHOUT_ACCOUNT: Final = frozenset({LINK_VIEWED, "view", "refused", TAKE_TROUBLE, HAS_NOTICE})

ACTIONS: Final[Mapping[str, Action]] = {
    **{
        what: Action(sentence, takes=what in TAKEN, clears=what == ALL_CLEAR)
        for what, sentence in ANSWERS.items()
    },
    **{
        what: Action(sentence, closes=what == "close", moves=what in MOVES, account=True)
        for what, sentence in SCHOOL.items()
    },
    DURESS: Action(EVENTS[DURESS], account=True),
    **{
        what: Action(sentence, told=False, account=what not in _WITHOUT_ACCOUNT)
        for what, sentence in IN_BOOKS.items()
        if what != LINK_MADE
    },
}
