"""Compares a response with what a step expects, in words for the receiver's developers.  Pure."""

import json
from collections.abc import Container, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeGuard

from police.conformance.case import Step
from wire.clean import clean
from wire.errors import WireError
from wire.limits import MOST_MOVES_HELD
from wire.moves import read_move

_STATUSES: Final[Mapping[str, Container[int]]] = {
    "refusal": range(400, 500),
    "no entry": range(400, 500),
    "answers": (200,),
    "looks": (200,),
    "taken": range(200, 300),
    "nobody looks": (410,),
}

Policy = Literal["echo", "status"]
"""As in gateway.toml: a receipt that names the alerts, or a 2xx alone."""


class Response(NamedTuple):
    """What came back, and how many seconds after the request began to leave."""

    status: int
    body: bytes
    seconds: float


class NoAnswer(NamedTuple):
    """Nothing came back; why, in words."""

    reason: str


Outcome = Response | NoAnswer


def expected(step: Step, policy: Policy) -> str:
    """Say what a step expects of a receiver."""
    if step.expect == "refusal":
        return f"a refusal (HTTP 4xx) within {step.within:g} s"
    if step.expect == "no entry":
        return "a refusal (HTTP 4xx) or a connection that is not let in"
    if step.expect == "answers":
        return f'HTTP 200 within {step.within:g} s, with {{"answers": [what was answered since]}}'
    if step.expect == "looks":
        return f'HTTP 200 within {step.within:g} s, with {{"number": …, "looks": [what is seen]}}'
    if step.expect == "taken":
        return f"HTTP 2xx within {step.within:g} s, for somebody looks at that camera"
    if step.expect == "nobody looks":
        return f"HTTP 410 within {step.within:g} s, for nobody looks at that camera"
    receipt = ', with {"receipt": …, "alerts": [all that were sent]}' if policy == "echo" else ""
    return f"HTTP 2xx within {step.within:g} s{receipt}"


def fault(step: Step, policy: Policy, alerts: Sequence[str], came: Outcome) -> str | None:
    """Say what came if it is not what the step expects; None if it is."""
    if step.hang_up:
        return None
    if isinstance(came, NoAnswer):
        return None if step.expect == "no entry" else f"no answer: {came.reason}"
    if 300 <= came.status < 400:
        return f"HTTP {came.status}, a redirect: a gateway does not follow it"
    if came.seconds > step.within:
        return f"HTTP {came.status} only after {came.seconds:.1f} s"
    match step.expect:
        case "receipt":
            return (
                _receipt_fault(policy, alerts, came)
                or _version_fault(step, came)
                or _moves_fault(alerts, came)
            )
        case "refusal" | "no entry" | "answers" | "looks" | "taken" | "nobody looks" as other:
            good = came.status in _STATUSES[other]
            return None if good else f"HTTP {came.status}{_words(came)}"


def one_receipt_fault(answers: Sequence[Outcome]) -> str | None:
    """Say that the answers hold more than one receipt; None if they agree."""
    numbers = {str(found[0]) for each in answers if (found := receipt(each))}
    if len(numbers) < 2:
        return None
    return f"{len(numbers)} receipts for one report: {clean(', '.join(sorted(numbers)))}"


def is_taken(came: Outcome) -> TypeGuard[Response]:
    """True if a receiver answered that it took what it was sent."""
    return isinstance(came, Response) and 200 <= came.status < 300


def receipt(came: Outcome) -> tuple[object, frozenset[str]] | None:
    """Return the receipt's number and the alerts that it names; None if there is none."""
    if not is_taken(came):
        return None
    try:
        found = json.loads(came.body)
        return found["receipt"], frozenset(map(str, found["alerts"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _receipt_fault(policy: Policy, alerts: Sequence[str], came: Response) -> str | None:
    if not 200 <= came.status < 300:
        return f"HTTP {came.status}{_words(came)}"
    if policy == "status":
        return None
    found = receipt(came)
    if found is None:
        return f"HTTP {came.status} without a receipt{_words(came)}"
    missing = set(alerts) - found[1]
    if missing:
        return f"a receipt that does not name {len(missing)} of {len(alerts)} alerts"
    return None if found[0] else "a receipt without a number"


def _version_fault(step: Step, came: Response) -> str | None:
    """A receipt need not say which version is held; what it says must be true."""
    try:
        found = json.loads(came.body).get("version")
    except (ValueError, AttributeError, RecursionError):
        return None
    least = step.held or step.report.version
    if found is None or found == least or (step.held is None and _is_above(found, least)):
        return None
    return f"a receipt that names version {clean(str(found), 20)}, and the newest sent was {least}"


def _moves_fault(alerts: Sequence[str], came: Response) -> str | None:
    """A receipt need not say which moves are held; those that it names must be moves of alerts."""
    try:
        found = json.loads(came.body).get("moves")
    except (ValueError, AttributeError, RecursionError):
        return None
    if found is None:
        return None
    if not isinstance(found, list) or len(found) > MOST_MOVES_HELD:
        return f"a receipt whose moves are no list of at most {MOST_MOVES_HELD}"
    try:
        named = {read_move(each if isinstance(each, dict) else {})[0] for each in found}
    except WireError as error:
        return f"a receipt in which something is wrong: {error}"
    strange = named.difference(alerts)
    return f"a receipt with moves of {len(strange)} alerts that were not sent" if strange else None


def _is_above(found: object, least: int) -> bool:
    return type(found) is int and found > least


def _words(came: Response) -> str:
    text = clean(came.body.decode(errors="replace").strip(), 100)
    return f": {text}" if text else ""
