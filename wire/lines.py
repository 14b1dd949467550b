"""Which lines of a timeline stay where there is room for so many: a law for all sides.

Lines of persons stay before those that no person said.  No flood displaces them: accounts of the
school have half of the place, links and receivers the other, and in each half persons take turns.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar

from wire.stage import Answer


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
