"""The timeline of an incident: what happened and what persons said, a line each.  Pure.

Rule: a person's line is never displaced by a repeat.  Further presses of an alert are one line, the
newest, however many there were; and where lines are too many to be told, those of persons go first.
Nor by a flood: accounts have half of the place, links and receivers the other, and in each half
persons take turns.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

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


class Line(Protocol):
    """What a timeline is made of: `by` is the person, empty for the system; `side` is theirs."""

    @property
    def by(self) -> str:
        """The person who did it."""

    @property
    def side(self) -> int:
        """Where that person stands, as in Answer."""


LineT = TypeVar("LineT", bound=Line)


def newest(lines: Sequence[LineT], most: int) -> list[LineT]:
    """Return at most so many lines in their order: the newest of persons, then of the others.

    Of persons at the school half at least, and of those with links or at receivers: of everybody
    the newest, then the second newest, and so on.
    """
    if len(lines) <= most:
        return list(lines)
    of_school, of_others, of_system = list[int](), list[int](), list[int]()
    for place, line in enumerate(lines):
        outside = line.side == Answer.RECEIVER
        (of_system if not line.by else of_others if outside else of_school).append(place)
    half = most // 2
    told = [
        *_in_turns(lines, of_others)[: max(half, most - len(of_school))],
        *_in_turns(lines, of_school)[: max(most - half, most - len(of_others))],
    ]
    room = most - len(told)
    return [lines[place] for place in sorted([*told, *of_system[max(len(of_system) - room, 0) :]])]


def _in_turns(lines: Sequence[LineT], places: Sequence[int]) -> list[int]:
    """The newest of each person, then the second newest of each, and so on."""
    turns: Counter[str] = Counter()
    ranked = list[tuple[int, int]]()
    for place in reversed(places):
        ranked.append((turns[lines[place].by], place))
        turns[lines[place].by] += 1
    return [place for _, place in sorted(ranked, key=lambda each: each[0])]
