"""The result of one check, and its forms for a person and for a program.  Pure."""

import json
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from service.cure import in_lines
from service.exits import GOOD, PROBLEM
from wire.clean import clean

Verdict = Literal["good", "problem", "skipped"]

_SHOWN: Final = {"good": "good", "problem": "PROBLEM", "skipped": "skipped"}
_LONGEST: Final = 300


class Finding(NamedTuple):
    """One line of a check-up: what was looked at, what was seen, and what to do about it."""

    verdict: Verdict
    check: str
    seen: str
    cure: str = ""


def good(check: str, seen: str) -> Finding:
    """All is as it should be."""
    return Finding("good", check, seen)


def problem(check: str, seen: str, cure: str) -> Finding:
    """Something is wrong; `cure` says what to do, as a command where there is one."""
    return Finding("problem", check, seen, cure)


def skipped(check: str, why: str) -> Finding:
    """This could not, or need not, be checked here."""
    return Finding("skipped", check, why)


def cures_at(findings: Sequence[Finding], usual: str, config: str) -> list[Finding]:
    """Return `findings` with cures that name the file `config`, not the `usual` one."""
    return [each._replace(cure=each.cure.replace(usual, config)) for each in findings]


def exit_code(findings: Sequence[Finding]) -> int:
    """1 if anything is wrong, else 0."""
    return PROBLEM if _problems(findings) else GOOD


def as_text(findings: Sequence[Finding]) -> str:
    """A line for each finding, its cure below it, and a last line that counts."""
    width = max((len(each.check) for each in findings), default=0)
    lines: list[str] = []
    for verdict, check, seen, cure in findings:
        lines.append(f"{_SHOWN[verdict]:<8} {check:<{width}}  {clean(seen, _LONGEST)}")
        lines += [f"{'':<8} {'':<{width}}  {line}" for line in in_lines(cure)]
    problems = _problems(findings)
    count = "no problem" if not problems else f"{problems} problem{'s' * (problems > 1)}"
    return "\n".join([*lines, f"{count} in {len(findings)} checks"])


def as_json(findings: Sequence[Finding]) -> str:
    """The same as one JSON object: `problems`, and `findings` with each finding's four fields."""
    shown = [each._asdict() for each in findings]
    return json.dumps({"problems": _problems(findings), "findings": shown}, ensure_ascii=False)


def _problems(findings: Sequence[Finding]) -> int:
    return sum(each.verdict == "problem" for each in findings)
