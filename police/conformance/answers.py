"""Checks the list of answers that a receiver returns.  Pure."""

import json
from typing import Any, Final

from police.conformance.judge import Response
from wire.answers import ANSWERS
from wire.clean import clean
from wire.errors import WireError
from wire.ids import UUID
from wire.mark_fields import read_marking
from wire.marks import MARK, MARKING

_WORDS: Final = (*ANSWERS, *MARKING)


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
    if not isinstance(what, str) or what not in _WORDS:
        raise AnswersError(f"{name}: what is {clean(str(what), 40)}, not {', '.join(_WORDS)}")
    for key in ("by", "text"):
        if not isinstance(answer.get(key), str):
            raise AnswersError(f"{name} has no {key}, which is a text")
    if not answer["by"]:
        raise AnswersError(f"{name} does not say who answered")
    if what == "message" and not answer["text"]:
        raise AnswersError(f"{name} is a message without a text")
    if what in MARKING:
        _mark(answer.get("mark"), what, name)


def _mark(found: Any, what: str, name: str) -> None:
    try:
        marking = read_marking(found)
    except WireError as error:
        raise AnswersError(f"{name} is a {what} without a good mark: {error}") from error
    if bool(marking.what) != (what == MARK):
        raise AnswersError(f"{name}: to take a mark back its id alone is told, and else more")
