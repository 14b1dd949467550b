"""The commands `tocsin-police conformance` and `send`."""

import argparse
import json
import sys
import threading
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from police.conformance.case import Step
from police.conformance.connection import Address
from police.conformance.judge import Outcome, fault, receipt
from police.conformance.request import RequestSigner
from police.conformance.runner import Target, Verdict, read_cases, run_case, send_step
from service import exits
from service.command import argument
from service.secrets import fault_of_secrets, read_secrets
from service.tls import client_tls
from service.urls import is_loopback
from wire.clean import clean

_SAMPLE: Final = Path(__file__).parent / "sample_incident.json"


_CLIENT: Final = (
    argument("--secret-file", type=Path, metavar="PATH", help="whsec_… on its first line"),
    argument(
        "--ca", type=Path, metavar="PATH",
        help="who signed the receiver's certificate (PEM), unless a public authority did",
    ),
    argument("--cert", type=Path, metavar="PATH", help="our certificate (PEM)"),
    argument("--key", type=Path, metavar="PATH", help="its key (PEM)"),
    argument(
        "--receipt", choices=("echo", "status"), default="echo",
        help="what an answer must hold: the alerts, or a 2xx alone (echo)",
    ),
)  # fmt: skip
_ADDRESS: Final = "https://host/path"
CONFORMANCE: Final = (
    argument("--json", action="store_true", help="one line of JSON for each case"),
    argument("--only", action="append", metavar="NAME", help="run this case alone"),
    argument(
        "--answers", metavar="URL", help="where you tell what your people answered; tries it, too"
    ),
    argument("--frames", metavar="URL", help="where you take live frames; tries it, too"),
    argument(
        "--dispatcher", action="store_true",
        help="somebody is at the receiver's page, and answers and looks when asked to",
    ),
    argument("--list", action="store_true", help="print the cases, and send nothing"),
    argument("url", nargs="?", help=_ADDRESS),
    *_CLIENT,
)  # fmt: skip
SEND: Final = (
    argument("--pause", type=float, default=2.0, metavar="SECONDS", help="between reports (2)"),
    argument("url", help=_ADDRESS),
    *_CLIENT,
)


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
    answers = address._replace(url=chosen.answers) if chosen.answers else None
    frames = address._replace(url=chosen.frames) if chosen.frames else None
    asked = replace(target, answers=answers, frames=frames, dispatcher=chosen.dispatcher)
    return _judge(asked, chosen.only, as_json=chosen.json)


def _unusable(chosen: argparse.Namespace) -> str | None:
    urls = {"URL": chosen.url or ""}
    urls |= {f"--{name}": getattr(chosen, name, None) for name in ("answers", "frames")}
    for name, url in urls.items():
        if url is not None and (words := _unusable_address(url)):
            return f"{name}: {words}"
    if bool(chosen.cert) != bool(chosen.key):
        return "--cert and --key go together"
    return _unusable_file(chosen)


def _unusable_address(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        return "give the receiver's address as https://host/path"
    if parts.scheme == "http" and not is_loopback(host):
        return "plain http:// is for a loopback address only: no gateway would report there"
    return None


def _unusable_file(chosen: argparse.Namespace) -> str | None:
    try:
        client_tls(chosen.ca, None, None)
    except OSError as error:
        return f"--ca {chosen.ca}: no PEM file of certificates: {_words(error)}"
    try:
        client_tls(None, chosen.cert, chosen.key)
    except OSError as error:
        names = f"--cert {chosen.cert} and --key {chosen.key}"
        return f"{names}: no certificate and its own key, as PEM files: {_words(error)}"
    secret_fault = fault_of_secrets(chosen.secret_file) if chosen.secret_file else None
    return f"--secret-file: {secret_fault}" if secret_fault else None


def _words(error: OSError) -> str:
    return clean(getattr(error, "reason", "") or error.strerror or str(error))


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
        verdict = run_case(cases[name], target, lambda words: print(words, file=sys.stderr))
        verdicts.append(verdict)
        print(_line(verdict) if as_json else _shown(verdict), flush=True)
    failed = sum(not each.passed and not each.skipped for each in verdicts)
    passed = sum(each.passed for each in verdicts)
    if not as_json:
        skipped = len(verdicts) - failed - passed
        print(f"{passed} passed, {failed} failed, {skipped} left out")
    return exits.GOOD if passed and not failed else exits.PROBLEM


def _shown(verdict: Verdict) -> str:
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
    signer, code = RequestSigner(uuid.uuid4(), target.secret), exits.GOOD
    print(f"test incident {signer.incident}")
    for number, step in enumerate(TypeAdapter(list[Step]).validate_json(_SAMPLE.read_bytes())):
        if number:
            threading.Event().wait(pause)
        for request, came in send_step(step, signer, target):
            words = fault(step, target.policy, request.alerts, came)
            print(
                f"version {step.report.version}: {step.says}\n  {words or _taken(came)}", flush=True
            )
            code = exits.PROBLEM if words else code
    return code


def _taken(came: Outcome) -> str:
    found = receipt(came)
    return f"taken, receipt {clean(str(found[0]))}" if found else "taken"
