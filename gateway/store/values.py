"""Values of the gateway's tables that a disk may have spoilt: no alert is lost for one of them."""

import json
from typing import Any, Final

from wire.evidence import PressEvidence
from wire.ids import AlertId, Seconds
from wire.marks import Known
from wire.stage import Answer, Stage

DAMAGED: Final = "what was noted of it was damaged on the gateway's disk"


def read_seen(text: str | None) -> dict[AlertId, int] | None:
    """What a person could see; of a damaged value nothing is taken for seen."""
    if text is None:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def read_doubts(text: str) -> tuple[str, ...]:
    """A damaged value is a warning of its own: the alert is worth more than its warnings."""
    try:
        found = json.loads(text)
    except ValueError:
        return (DAMAGED,)
    return tuple(map(str, found)) if isinstance(found, list) else (DAMAGED,)


def read_evidence(held: Any, bounces: Any, uptime: Any) -> PressEvidence | None:
    """How an alert was pressed; a damaged value tells nothing."""
    whole = type(bounces) is int and all(type(each) is float for each in (held, uptime))
    return PressEvidence(Seconds(held), bounces, Seconds(uptime)) if whole else None


def read_answer(number: int) -> Answer:
    """A number that is none tells of no answer: nobody is believed to have taken an alert."""
    try:
        return Answer(number)
    except ValueError:
        return Answer.NONE


def known_by(side: int, source: str | None) -> Known:
    """Return how a person is known who left an action: what has no source came by our own pages."""
    if side == Answer.SCHOOL:
        return "account"
    return "link" if source is None else "receiver"


def read_stage(number: int) -> Stage:
    """A number that is no stage tells only that the disk has the alert: it is reported again."""
    try:
        return Stage(number)
    except ValueError:
        return Stage.RECEIVED
