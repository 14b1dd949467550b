"""How a button was pressed, as its unit measured it: a help for those who decide, never a filter.

Each part only grows (`uptime` only shrinks), so what comes twice, late, or of a further press is
merged by a law.  A press of which nothing is told is still going on, or its unit cannot tell.
"""

from dataclasses import dataclass
from typing import Final, Literal

from wire.ids import Seconds

HELD: Final = Seconds(3.0)
"""A button that is held down so long was meant."""

BRIEF: Final = Seconds(0.060)
"""A shorter press is a slap or a knock; a deliberate one takes some 100 ms
(docs/decisions/debounce.md)."""

MOST_BOUNCES: Final = 10_000
"""A contact that opens more often within a press is told with this many."""

Pattern = Literal["firm", "brief", "held", "repeated"]
PATTERNS: Final[tuple[Pattern, ...]] = ("firm", "brief", "held", "repeated")


@dataclass(frozen=True, slots=True)
class PressEvidence:
    """Of the presses of one alert: how long the button was `held` down at the longest, how often
    the contact opened and closed again within one press at most, and for how long the unit had been
    running (`uptime`) at the first of them that it tells of.
    """

    held: Seconds
    bounces: int
    uptime: Seconds


def merged(one: PressEvidence | None, other: PressEvidence | None) -> PressEvidence | None:
    """Return all that either of them tells."""
    if one is None or other is None:
        return one or other
    return PressEvidence(
        max(one.held, other.held), max(one.bounces, other.bounces), min(one.uptime, other.uptime)
    )


def pattern_of(evidence: PressEvidence | None, presses: int) -> Pattern | None:
    """Say in one word what the presses of an alert look like; None if that is not known."""
    if evidence and evidence.held >= HELD:
        return "held"
    if presses > 1:
        return "repeated"
    if evidence is None:
        return None
    return "firm" if evidence.held >= BRIEF else "brief"
