"""Asks a receiver what its people look at, and sends frames, as a school's gateway does."""

import time

from police.conformance.case import Question, SampleFrame, Step
from police.conformance.connection import Address, Connection
from police.conformance.judge import fault, is_taken
from police.conformance.request import RequestSigner
from wire.errors import WireError
from wire.ids import Wall
from wire.looks import Looks, read_looks

_MOST_LISTS = 1_000


def ask_looks(
    step: Step, question: Question, signer: RequestSigner, address: Address
) -> str | None:
    """Ask as `question` says; return in words what was wrong with what came, None if nothing."""
    began, after = time.monotonic(), question.after
    connection = Connection(address.url, address.tls(step.certificate))
    try:
        for _ in range(_MOST_LISTS):
            named = after if question.named is None else question.named
            came = connection.send(
                signer.question(step, after, named, Wall(time.time())), step.within
            )
            if words := fault(step, "status", (), came):
                return words
            if step.expect != "looks" or not is_taken(came):
                return None
            found = read_looks(came.body)
            if found.faults:
                return found.faults[0]
            if _is_enough(question, found, after, signer.incident):
                return None
            if question.until == "answered" and time.monotonic() - began >= question.patience:
                return "nobody looks at a camera of this case's incident"
            after = found.number
    except WireError as error:
        return str(error)
    finally:
        connection.close()
    return f"{_MOST_LISTS} lists, and each has another number"


def send_frame(
    step: Step, frame: SampleFrame, signer: RequestSigner, address: Address
) -> str | None:
    """Send a frame; return in words what was wrong with what came, None if nothing."""
    connection = Connection(address.url, address.tls(step.certificate))
    try:
        came = connection.send(signer.frame(step, frame, Wall(time.time())), step.within)
        return fault(step, "status", (), came)
    finally:
        connection.close()


def _is_enough(question: Question, found: Looks, after: int, incident: str) -> bool:
    match question.until:
        case "once":
            return True
        case "nothing":
            return found.number == after
        case "answered":
            return any(each.incident == incident for each in found.looks)
