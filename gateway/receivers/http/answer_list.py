"""The answers of a receiver's people, as one response holds them.  Pure.

`{"answers": [{"number", "incident", "what", "by", "text", "alerts", "mark"}, …]}`: docs/police.md.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from gateway.core.incidents.actions import LONGEST_NAME
from gateway.store.actions import QueuedAction
from wire.answers import read_answer, read_seen
from wire.clean import clean
from wire.errors import WireError
from wire.ids import UUID, EndpointName, IncidentId
from wire.mark_fields import Marking, read_marking
from wire.marks import MARK, MARKING
from wire.stage import Answer

_MOST: Final = 200
# What every program that reads JSON can count to; SQLite counts further.
LARGEST_NUMBER: Final = 2**53 - 1


class AnswerList(NamedTuple):
    """The answers that can be read, and in words what is wrong with the others."""

    actions: list[QueuedAction]
    faults: list[str]

    @property
    def highest(self) -> int:
        """The highest number; 0 if there is none."""
        return max((each.answer or 0 for each in self.actions), default=0)


def read_answers(body: bytes, endpoint: EndpointName) -> AnswerList:
    """Read an endpoint's answers; a bad one is set aside, and one that means nothing is a note.

    Raises ValueError for what is no list of answers.
    """
    try:
        found = json.loads(body)
    except RecursionError as error:
        raise ValueError("the response nests too deep") from error
    answers = found.get("answers") if isinstance(found, dict) else None
    if not isinstance(answers, list) or len(answers) > _MOST:
        raise ValueError(f"the response has no 'answers' list, or more than {_MOST}")
    good = [each for each in answers if _is_numbered(each)]
    faults = [
        f"the answer has no number of 1 to {LARGEST_NUMBER}: {clean(str(each), 80)}"
        for each in answers
        if not _is_numbered(each)
    ]
    faults += [
        f"the answer {each['number']} is unknown: {clean(str(each.get('what')), 40)}"
        for each in good
        if not _is_known(each)
    ]
    return AnswerList([_action(each, endpoint) for each in good], faults)


def _is_numbered(answer: Any) -> bool:
    number = answer.get("number") if isinstance(answer, dict) else None
    return type(number) is int and 1 <= number <= LARGEST_NUMBER


def _is_known(answer: Mapping[str, Any]) -> bool:
    return bool(_word(answer) and UUID.fullmatch(str(answer.get("incident")).lower()))


def _action(answer: Mapping[str, Any], endpoint: EndpointName) -> QueuedAction:
    who = _said(answer, "by")[: LONGEST_NAME - len(endpoint) - 3]
    by = f"{who} ({endpoint})".strip()
    what = _word(answer)
    if what is None or not _is_known(answer):
        text = "an unknown answer"
        return QueuedAction(IncidentId(""), "refused", by, text, answer["number"])
    incident = IncidentId(str(answer["incident"]).lower())
    text, seen = _said(answer, "text"), read_seen(answer.get("alerts"))
    number, marking = answer["number"], _marking(answer)
    return QueuedAction(incident, what, by, text, number, Answer.RECEIVER, seen, marking=marking)


def _said(answer: Mapping[str, Any], key: str) -> str:
    """What a person said; nothing of what is no text."""
    said = answer.get(key)
    return said if isinstance(said, str) else ""


def _word(answer: Mapping[str, Any]) -> str | None:
    """The answer, or what is done with a mark that can be read."""
    what = str(answer.get("what"))
    if what in MARKING:
        marking = _marking(answer)
        return what if marking and bool(marking.what) == (what == MARK) else None
    return read_answer(what)


def _marking(answer: Mapping[str, Any]) -> Marking | None:
    """The mark of an answer; None if there is none, or it breaks the rules."""
    try:
        return read_marking(answer.get("mark"))
    except WireError:
        return None
