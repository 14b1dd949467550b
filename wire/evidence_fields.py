"""How a button was pressed, as messages and reports tell it."""

from collections.abc import Mapping
from typing import Any

from wire import fields as read
from wire.errors import WireError
from wire.evidence import MOST_BOUNCES, PressEvidence


def write_evidence(evidence: PressEvidence) -> Mapping[str, float | int]:
    """Return the fields of `evidence`."""
    return {
        "held": round(evidence.held, 3),
        "bounces": min(evidence.bounces, MOST_BOUNCES),
        "uptime": round(evidence.uptime, 1),
    }


def read_evidence(found: Any) -> PressEvidence:
    """Return what `found` tells; raises WireError for anything that is not evidence."""
    if not isinstance(found, dict):
        raise WireError("evidence: not an object")
    return PressEvidence(
        read.seconds(found, "held"),
        read.whole(found, "bounces", 0, MOST_BOUNCES),
        read.seconds(found, "uptime"),
    )
