"""What `tocsin-police conformance` and `send` do: run, print, say by the exit code what came."""

import argparse
import json
import sys
import threading
import uuid
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from police.conformance.case import Step
from police.conformance.judge import Outcome, fault, receipt
from police.conformance.post import Address
from police.conformance.runner import Target, Verdict, read_cases, run_case, take
from service import exits
from service.broker import is_loopback
from service.secrets import fault_of_secrets, read_secrets
from wire.clean import clean

_STORY: Final = Path(__file__).parent / "story.json"


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both commands to those of `tocsin-police`."""
    judge = commands.add_parser("conformance", help="try anybody's receiver of reports by cases")
    judge.add_argument("--json", action="store_true", help="one line of JSON for each case")
    judge.add_argument("--only", action="append", metavar="NAME", help="run this case alone")
    judge.add_argument("--list", action="store_true", help="print the cases, and send nothing")
    send = commands.add_parser("send", help="send the reports of a test incident to a receiver")
    send.add_argument(
        "--pause", type=float, default=2.0, metavar="SECONDS", help="between reports (2)"
    )
    for command in (judge, send):
        command.description = "All it sends is marked as a test."
        command.add_argument(
            "url", nargs="?" if command is judge else None, help="https://host/path"
        )
        command.add_argument(
            "--secret-file", type=Path, metavar="PATH", help="whsec_… on its first line"
        )
        command.add_argument("--ca", type=Path, metavar="PATH", help="whom to trust (PEM)")
        command.add_argument("--cert", type=Path, metavar="PATH", help="our certificate (PEM)")
        command.add_argument("--key", type=Path, metavar="PATH", help="its key (PEM)")
        command.add_argument(
            "--receipt", choices=("echo", "status"), default="echo",
            help="what an answer must hold: the alerts, or a 2xx alone (echo)",
        )  # fmt: skip


def act(chosen: argparse.Namespace) -> int:
    """Do what was asked for; returns the exit code."""
    if chosen.command == "conformance" and chosen.list:
        return _list()
    if words := _unusable(chosen):
        print(words, file=sys.stderr)
        return exits.BAD_CONFIGURATION
    secret = read_secrets(chosen.secret_file)[0] if chosen.secret_file else None
    address = Address(chosen.url, chosen.ca, chosen.cert, chosen.key)
    target = Target(address, secret, chosen.receipt)
    if chosen.command == "send":
        return _send(target, chosen.pause)
    return _judge(target, chosen.only, as_json=chosen.json)


def _unusable(chosen: argparse.Namespace) -> str | None:
    parts = urlsplit(chosen.url or "")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "give the receiver's address as https://host/path"
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        return "plain http:// is for a loopback address only: no gateway would report there"
    if bool(chosen.cert) != bool(chosen.key):
        return "--cert and --key go together"
    try:
        Address(chosen.url, chosen.ca, chosen.cert, chosen.key).tls(certificate=True)
        return fault_of_secrets(chosen.secret_file) if chosen.secret_file else None
    except OSError as error:
        return f"a file cannot be used: {error}"


def _list() -> int:
    for case in read_cases():
        print(f"{case.name:<24}{case.promise}")
    return exits.GOOD


def _judge(target: Target, only: list[str] | None, as_json: bool) -> int:
    cases = {case.name: case for case in read_cases()}
    if unknown := set(only or ()) - set(cases):
        print(f"there is no case {', '.join(sorted(unknown))}; see --list", file=sys.stderr)
        return exits.BAD_CONFIGURATION
    verdicts = []
    for name in only or cases:
        verdict = run_case(cases[name], target)
        verdicts.append(verdict)
        print(_line(verdict) if as_json else _words(verdict), flush=True)
    failed = sum(not each.passed and not each.skipped for each in verdicts)
    passed = sum(each.passed for each in verdicts)
    if not as_json:
        skipped = len(verdicts) - failed - passed
        print(f"{passed} passed, {failed} failed, {skipped} left out")
    return exits.GOOD if passed and not failed else exits.PROBLEM


def _words(verdict: Verdict) -> str:
    head = f"{_what(verdict):<9}{verdict.case.name:<24}{verdict.case.promise}"
    if verdict.passed:
        return head
    if verdict.skipped:
        return f"{head}\n{'':<9}{verdict.came}"
    return f"{head}\n{'':<9}expected: {verdict.expected}\n{'':<9}came:     {verdict.came}"


def _line(verdict: Verdict) -> str:
    fields = {"case": verdict.case.name, "promise": verdict.case.promise, "result": _what(verdict)}
    return json.dumps(fields | {"expected": verdict.expected, "came": verdict.came})


def _what(verdict: Verdict) -> str:
    return "passed" if verdict.passed else "left out" if verdict.skipped else "FAILED"


def _send(target: Target, pause: float) -> int:
    incident, code = uuid.uuid4(), exits.GOOD
    print(f"test incident {incident}")
    for number, step in enumerate(TypeAdapter(list[Step]).validate_json(_STORY.read_bytes())):
        if number:
            threading.Event().wait(pause)
        for letter, came in take(step, incident, target):
            words = fault(step, target.policy, letter.alerts, came)
            print(
                f"version {step.report.version}: {step.says}\n  {words or _taken(came)}", flush=True
            )
            code = exits.PROBLEM if words else code
    return code


def _taken(came: Outcome) -> str:
    found = receipt(came)
    return f"taken, receipt {clean(str(found[0]))}" if found else "taken"
