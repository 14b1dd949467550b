"""Runs the steps of a case against a receiver and reports the verdict."""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from police.conformance.case import Case, SampleReport, Step
from police.conformance.connection import Address, Connection
from police.conformance.judge import Outcome, Policy, expected, fault, is_taken, one_receipt_fault
from police.conformance.looking import ask_looks, send_frame
from police.conformance.polling import ask
from police.conformance.request import RequestSigner, SampleRequest
from wire.ids import Wall
from wire.report import HIGHEST_VERSION

CASES: Final = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver, the secret agreed with it (None: reports are not signed), and its policy.

    `answers` is where it tells what its people answered, `frames` where it takes live frames of
    what they look at, and with `dispatcher` somebody does.
    """

    address: Address
    secret: str | None = None
    policy: Policy = "echo"
    answers: Address | None = None
    frames: Address | None = None
    dispatcher: bool = False

    def lacks(self, case: Case) -> str | None:
        """Say what a case needs and this target has not; None if it can be run."""
        has = {
            "secret": self.secret,
            "certificate": self.address.cert,
            "answers": self.answers,
            "frames": self.frames,
            "dispatcher": self.dispatcher,
        }
        lacking = [f"--{_OPTIONS[need]}" for need in case.needs if not has[need]]
        return f"needs {' and '.join(lacking)}" if lacking else None


_OPTIONS: Final = {
    "secret": "secret-file",
    "certificate": "cert",
    "answers": "answers",
    "frames": "frames",
    "dispatcher": "dispatcher",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a case: where it failed, what was expected there and what came."""

    case: Case
    passed: bool
    expected: str = ""
    came: str = ""
    skipped: bool = False


def read_cases(folder: Path = CASES) -> list[Case]:
    """Read the published cases in the order of their files' names."""
    files = sorted(folder.glob("*.json"))
    return [Case.model_validate(json.loads(file.read_text(encoding="utf-8"))) for file in files]


def run_case(case: Case, target: Target, show: Callable[[str], None] = lambda _: None) -> Verdict:
    """Run a case, and close in the end what it opened; `show` gets what a person must do."""
    if lack := target.lacks(case):
        return Verdict(case, passed=False, came=lack, skipped=True)
    incident = uuid.uuid4()
    signer = RequestSigner(incident, target.secret)
    given: list[Outcome] = []
    try:
        for step in case.steps:
            came, words = _take(step, signer, target)
            given += came
            if words:
                return Verdict(case, False, expected(step, target.policy), words)
            if step.says:
                show(step.says)
    finally:
        _close(case, signer, given, target)
    if case.one_receipt and (words := one_receipt_fault(given)):
        return Verdict(case, False, "the receipt of the first time", words)
    return Verdict(case, passed=True)


def _take(step: Step, signer: RequestSigner, target: Target) -> tuple[list[Outcome], str | None]:
    """Take one step; return what came of it, and in words what was wrong with that."""
    if step.ask and target.answers:
        return [], ask(step, step.ask, signer, target.answers)
    if step.looks and target.frames:
        return [], ask_looks(step, step.looks, signer, target.frames)
    if step.frame and target.frames:
        return [], send_frame(step, step.frame, signer, target.frames)
    given: list[Outcome] = []
    for request, came in send_step(step, signer, target):
        given.append(came)
        if words := fault(step, target.policy, request.alerts, came):
            return given, words
    return given, None


def send_step(
    step: Step, signer: RequestSigner, target: Target
) -> Iterator[tuple[SampleRequest, Outcome]]:
    """Send the reports of one step; yield each and what came of it."""
    requests = signer.reports(step, Wall(time.time()))
    if step.lines == 1:
        yield from _send(requests, step, target)
        return
    parts = [requests[number :: step.lines] for number in range(step.lines)]
    with ThreadPoolExecutor(step.lines) as pool:
        for sent in pool.map(lambda part: list(_send(part, step, target)), parts):
            yield from sent


def _send(
    requests: Sequence[SampleRequest], step: Step, target: Target
) -> Iterator[tuple[SampleRequest, Outcome]]:
    connection = Connection(target.address.url, target.address.tls(step.certificate))
    try:
        for request in requests:
            yield request, connection.send(request, step.within, step.hang_up)
    finally:
        connection.close()


def _close(case: Case, signer: RequestSigner, given: Sequence[Outcome], target: Target) -> None:
    """Leave no open incident on the page of a receiver that took one: a closing names all alerts,
    with all their presses.
    """
    if any(map(is_taken, given)):
        sent = [step.report for step in case.steps]
        grown = (step.times * step.grows + step.report.more_rooms for step in case.steps)
        closing = SampleReport(
            version=HIGHEST_VERSION,
            rooms=tuple(dict.fromkeys(room for each in sent for room in each.rooms)),
            more_rooms=max(grown),
            presses=max(each.presses for each in sent),
            closed=True,
        )
        list(send_step(Step(report=closing), signer, target))
