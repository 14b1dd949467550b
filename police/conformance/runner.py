"""Takes the steps of a case against a receiver and says what it passed."""

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from police.conformance.case import Case, SampleReport, Step
from police.conformance.judge import Outcome, Policy, expected, fault, is_taken, one_receipt_fault
from police.conformance.letter import Letter, Writer
from police.conformance.post import Address, Line
from wire.ids import Wall

CASES: Final = Path(__file__).parent / "cases"
# Newer than any version that a case sends.
_LAST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver, the secret agreed with it (None: reports are not signed), and its policy."""

    address: Address
    secret: str | None = None
    policy: Policy = "echo"

    def lacks(self, case: Case) -> str | None:
        """Say what a case needs and this target has not; None if it can be run."""
        has = {"secret": self.secret, "certificate": self.address.cert, None: True}
        return None if has[case.needs] else f"needs a {case.needs}"


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


def run_case(case: Case, target: Target) -> Verdict:
    """Run a case, and close in the end what it opened."""
    if lack := target.lacks(case):
        return Verdict(case, passed=False, came=lack, skipped=True)
    incident = uuid.uuid4()
    given: list[Outcome] = []
    try:
        for step in case.steps:
            for letter, came in take(step, incident, target):
                given.append(came)
                if words := fault(step, target.policy, letter.alerts, came):
                    return Verdict(case, False, expected(step, target.policy), words)
    finally:
        _close(incident, given, target)
    if case.one_receipt and (words := one_receipt_fault(given)):
        return Verdict(case, False, "the receipt of the first time", words)
    return Verdict(case, passed=True)


def take(step: Step, incident: uuid.UUID, target: Target) -> Iterator[tuple[Letter, Outcome]]:
    """Take one step; yield what was sent and what came of it."""
    letters = list(Writer(incident, target.secret).letters(step, Wall(time.time())))
    if step.lines == 1:
        yield from _send(letters, step, target)
        return
    parts = [letters[number :: step.lines] for number in range(step.lines)]
    with ThreadPoolExecutor(step.lines) as pool:
        for sent in pool.map(lambda part: list(_send(part, step, target)), parts):
            yield from sent


def _send(
    letters: Sequence[Letter], step: Step, target: Target
) -> Iterator[tuple[Letter, Outcome]]:
    line = Line(target.address.url, target.address.tls(step.certificate))
    try:
        for letter in letters:
            yield letter, line.post(letter, step.within, step.hang_up)
    finally:
        line.close()


def _close(incident: uuid.UUID, given: Sequence[Outcome], target: Target) -> None:
    """Leave no open incident on the page of a receiver that took one."""
    if any(map(is_taken, given)):
        closing = Step(report=SampleReport(version=_LAST, closed=True))
        list(take(closing, incident, target))
