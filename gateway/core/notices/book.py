"""What was told to whom, as a process remembers it: the same as the record says after a restart."""

from collections.abc import Mapping

from gateway.core.notices.schedule import Notice, Outcome, Told, Who
from wire.ids import Wall


def begun_after(before: Told | None, notice: Notice, at: Wall) -> Told:
    """Return how it stands with a notice under way, `before` being the one before it."""
    same = before is not None and before.over == notice.over
    failures = before.failures if before and same else 0
    ever = before is not None and (before.ever or before.outcome is Outcome.REACHED)
    return Told(notice.number, at, Outcome.PENDING, failures, ever, notice.level, notice.over)


def ended_as(told: Told, outcome: Outcome) -> Told:
    """Return how it stands once that came of the newest notice."""
    match outcome:
        case Outcome.PENDING:
            return told
        case Outcome.REACHED:
            return told._replace(outcome=outcome, failures=0)
    return told._replace(outcome=outcome, failures=told.failures + 1)


class Book:
    """Begins with what the record says; a notice has reached a person with its first carrier, and
    failed with its last.
    """

    def __init__(self, told: Mapping[Who, Told]) -> None:
        self.told = dict(told)
        self._under_way: dict[int, tuple[Who, int]] = {}

    def begun(self, number: int, notice: Notice, carriers: int, at: Wall) -> None:
        """A notice went out over so many carriers, and has that number in the record."""
        who = notice.person, notice.key
        self.told[who] = begun_after(self.told.get(who), notice, at)
        self._under_way[number] = who, carriers

    def answered(self, number: int, reached: bool) -> None:
        """One carrier of a notice answered."""
        who, left = self._under_way.pop(number, (None, 0))
        if who is None:
            return
        if reached:
            self.told[who] = ended_as(self.told[who], Outcome.REACHED)
        elif left <= 1:
            self.told[who] = ended_as(self.told[who], Outcome.FAILED)
        else:
            self._under_way[number] = who, left - 1
