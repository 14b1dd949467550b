"""Checks that every alert arrived exactly once.  A figure without this would reward losing."""

from collections.abc import Collection
from typing import NamedTuple

from bench.contenders import Contender
from bench.endpoint import Seen


class Fault(NamedTuple):
    """What a contender did to alerts in one round."""

    part: str
    contender: str
    problem: str


def check(part: str, contender: Contender, fired: Collection[str], seen: Seen) -> list[Fault]:
    """Compare what was fired with what the endpoint saw."""
    counts = {
        "lost": len(set(fired) - set(seen.first)),
        "doubled": len(seen.doubled),
        "never pressed": len(set(seen.first) - set(fired)),
    }
    return [
        Fault(part, contender.name, f"{count} of {len(fired)} {what}")
        for what, count in counts.items()
        if count
    ]
