"""Would a press reach the police now: yes, no, or nobody can know; and why not.  Pure."""

from typing import Literal, NamedTuple

Reach = Literal["yes", "no", "unknown"]
REACHES: tuple[Reach, ...] = ("no", "unknown", "yes")
"""The worst first."""


class Reason(NamedTuple):
    """What keeps a press from the police, or may; and what to do."""

    words: str
    cure: str


class Verdict(NamedTuple):
    """`broken` are steps that are known to fail, `doubtful` those that nobody can vouch for."""

    broken: tuple[Reason, ...] = ()
    doubtful: tuple[Reason, ...] = ()

    @property
    def reach(self) -> Reach:
        """Yes only if nothing is broken and nothing doubtful."""
        if self.broken:
            return "no"
        return "unknown" if self.doubtful else "yes"

    @property
    def why(self) -> tuple[Reason, ...]:
        """All that speaks against a yes, what is known first."""
        return self.broken + self.doubtful

    def joined(self, other: "Verdict") -> "Verdict":
        """Of two parts of one way, which needs both."""
        return Verdict(self.broken + other.broken, self.doubtful + other.doubtful)


GOOD = Verdict()
