"""The actions of people on an incident, and what follows from each.  Pure.

Actions that endpoints hear of are named as in `wire/answers.py`; the rest is the school's own.
Rule 1: each action has a person's name, and is a line of the timeline.
Rule 2: nothing recalls an alert.  A cancel is one more report, and only `close` ends an incident.
Rule 3: viewing is an event, too; it stays in the school's own timeline and makes no report.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from wire.answers import ANSWERS, EVENTS, SCHOOL, TAKEN

LONGEST_NAME: Final = 80
LONGEST_TEXT: Final = 500


class Action(NamedTuple):
    """`sentence`: as the timeline says it.  `takes`: that person has taken the incident's alerts.
    `closes`: they are over.

    `told`: endpoints hear of it.  `account`: asks for a person whom the school knows by login, or
    at the gateway's own terminal.
    """

    sentence: str
    takes: bool = False
    closes: bool = False
    told: bool = True
    account: bool = False


ACTIONS: Final[Mapping[str, Action]] = {
    **{what: Action(sentence, takes=what in TAKEN) for what, sentence in ANSWERS.items()},
    **{
        what: Action(sentence, closes=what == "close", account=True)
        for what, sentence in SCHOOL.items()
    },
    "view": Action("looked at pictures", told=False),
    "export": Action("exported", told=False, account=True),
    "test-camera": Action("tested a camera", told=False, account=True),
    "test-receivers": Action("tested the receivers", told=False, account=True),
    "log-in": Action("logged in", told=False, account=True),
    "refused": Action("was refused", told=False),
    "edit-plan": Action("changed the plan", told=False, account=True),
}


# What the school's own timeline holds and no report does.
UNTOLD: Final = frozenset(what for what, action in ACTIONS.items() if not action.told)


def sentence_of(what: str) -> str:
    """Return what a person reads for a word of the timeline."""
    return ACTIONS[what].sentence if what in ACTIONS else EVENTS.get(what, what)
