"""Asks a receiver what its dispatchers answered, again and again, as a school's gateway does."""

import time
from collections.abc import Sequence
from typing import Any, Final

from police.conformance.answers import AnswersError, read_answers
from police.conformance.case import Question, Step
from police.conformance.connection import Address, Connection
from police.conformance.judge import fault, is_taken
from police.conformance.request import RequestSigner
from wire.ids import Wall

# A receiver that has told so many lists has more to tell than a kit will hear.
_MOST_LISTS: Final = 1_000


def ask(step: Step, question: Question, signer: RequestSigner, address: Address) -> str | None:
    """Ask as `question` says; return in words what was wrong with what came, None if nothing."""
    began, after = time.monotonic(), question.after
    connection = Connection(address.url, address.tls(step.certificate))
    try:
        for _ in range(_MOST_LISTS):
            named = after if question.named is None else question.named
            asked = signer.question(step, after, named, Wall(time.time()))
            came = connection.send(asked, step.within)
            if words := fault(step, "status", (), came):
                return words
            if step.expect != "answers" or not is_taken(came):
                return None
            answers = read_answers(came, after)
            if _is_enough(question, answers, signer.incident):
                return None
            if not answers and time.monotonic() - began >= question.patience:
                return "an empty list, and no answer to this case's incident before it"
            after = answers[-1]["number"] if answers else after
    except AnswersError as error:
        return str(error)
    finally:
        connection.close()
    return f"{_MOST_LISTS} lists of answers, and still no end of them"


def _is_enough(question: Question, answers: Sequence[dict[str, Any]], incident: str) -> bool:
    match question.until:
        case "once":
            return True
        case "nothing":
            return not answers
        case "answered":
            return any(each["incident"] == incident for each in answers)
