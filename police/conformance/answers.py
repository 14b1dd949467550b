"""Checks the list of answers that a receiver returns.  Pure."""

import json
from typing import Any

from police.conformance.judge import Response
from wire.answers import ANSWERS
from wire.clean import clean
from wire.ids import UUID


class AnswersError(Exception):
    """What came is no list of answers, in words."""


def read_answers(came: Response, after: int) -> list[dict[str, Any]]:
    """Return the answers after the number `after`; raises AnswersError."""
    try:
        found = json.loads(came.body)
    except (ValueError, RecursionError) as error:
        raise AnswersError("the body is not JSON") from error
    answers = found.get("answers") if isinstance(found, dict) else None
    if not isinstance(answers, list):
        raise AnswersError('the body is not {"answers": [a list]}')
    for each in answers:
        after = _number(each, after)
        _fields(each, f"answer {after}")
    return answers


def _number(answer: Any, before: int) -> int:
    number = answer.get("number") if isinstance(answer, dict) else None
    if type(number) is not int:
        raise AnswersError(f"an answer has no whole number: {clean(str(answer), 100)}")
    if number <= before:
        raise AnswersError(f"answer {number} stands after answer {before}: numbers only go up")
    return number


def _fields(answer: dict[str, Any], name: str) -> None:
    incident, what = answer.get("incident"), answer.get("what")
    if not isinstance(incident, str) or not UUID.fullmatch(incident):
        raise AnswersError(f"{name} names no incident by its id")
    if not isinstance(what, str) or what not in ANSWERS:
        raise AnswersError(f"{name}: what is {clean(str(what), 40)}, not {', '.join(ANSWERS)}")
    for key in ("by", "text"):
        if not isinstance(answer.get(key), str):
            raise AnswersError(f"{name} has no {key}, which is a text")
    if not answer["by"]:
        raise AnswersError(f"{name} does not say who answered")
    if what == "message" and not answer["text"]:
        raise AnswersError(f"{name} is a message without a text")
