"""What a person can do about an incident: the whole vocabulary, and what each word brings.  Pure.

Rule 1: whoever does something has a name, and it is a line of the timeline.
Rule 2: nothing recalls an alert.  A cancel is one more report, and only `close` ends an incident.
Rule 3: looking is an event, too; it stays in the school's own books and makes no report.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from wire.stage import Stage

LONGEST_NAME: Final = 80
LONGEST_TEXT: Final = 500


class Action(NamedTuple):
    """`words`: as the timeline says it.  `stage`: what it makes of the incident's alerts.

    `told`: endpoints hear of it.  `account`: asks for a person whom the school knows by login, or
    at the gateway's own terminal.
    """

    words: str
    stage: Stage | None = None
    told: bool = True
    account: bool = False


ACTIONS: Final[Mapping[str, Action]] = {
    "confirm": Action("confirmed", Stage.CONFIRMED),
    "dispatched": Action("dispatched", Stage.CONFIRMED),
    "on-scene": Action("on scene", Stage.CONFIRMED),
    "all-clear": Action("all clear"),
    "message": Action("message"),
    "cancel": Action("cancelled", account=True),
    "close": Action("closed", Stage.CLOSED, account=True),
    "withdraw-link": Action("live link withdrawn", account=True),
    "view": Action("looked at pictures", told=False),
    "export": Action("exported", told=False, account=True),
    "test-camera": Action("tested a camera", told=False, account=True),
    "try-lines": Action("tried the lines", told=False, account=True),
    "log-in": Action("logged in", told=False, account=True),
    "refused": Action("was refused", told=False),
    "edit-plan": Action("changed the plan", told=False, account=True),
}

# What the school's own books hold and no report does.
UNTOLD: Final = frozenset(action.words for action in ACTIONS.values() if not action.told)
