"""The timeline of an incident: what happened and what persons said, a line each.  Pure.

Rule: a person's line is never displaced by a repeat.  Further presses of an alert are one line, the
newest, however many there were; and where lines are too many to be told, wire/lines.py says which
stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wire.ids import AlertId, Wall
from wire.stage import Answer
from wire.timeline import sentence_of


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline: what happened, who did it (empty: the system), and their words.

    `what` is a word of wire/timeline.py; `detail` is the sentence where that word's own says less.
    `side` is that of the person; NONE for the system.  `repeat_of`: the alert that it says was
    pressed again.
    """

    at: Wall
    what: str
    by: str = ""
    text: str = ""
    detail: str = ""
    side: Answer = Answer.NONE
    repeat_of: AlertId | None = None

    @property
    def sentence(self) -> str:
        """What happened, for a person to read."""
        return self.detail or sentence_of(self.what)


def lines_with(lines: Sequence[Event], line: Event) -> list[Event]:
    """Return the timeline with one more line; a repeat takes the place of the one before it."""
    if line.repeat_of is None:
        return [*lines, line]
    return [*(each for each in lines if each.repeat_of != line.repeat_of), line]
