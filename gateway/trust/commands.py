"""The commands enrol, replace and revoke, for an administrator at the gateway's terminal."""

import argparse
import sqlite3
import sys
from pathlib import Path

from gateway.config.listeners import hearings
from gateway.config.settings import USUAL_CONFIG, GatewaySettings, IdentitySettings
from gateway.trust.ca.enrolment import EnrolmentError
from gateway.trust.enroller import Enroller
from gateway.trust.labels import Label, on_terminal, sheet, until_in_words
from gateway.trust.register_copy import CopyError, copy_of
from service import exits, owners
from service.files import write_whole
from service.settings import SettingsError, load
from wire.ids import RoomId, UnitId
from wire.topics import HEARINGS


def act(options: argparse.Namespace, settings: IdentitySettings) -> int:
    """Enrol, replace or revoke; returns the exit code."""
    try:
        if options.command == "revoke":
            return _revoke(Enroller(settings), UnitId(options.unit), options.yes)
        labels = _labels(Enroller(settings, first_gateway(options.config)), options)
    except (EnrolmentError, OSError, ValueError, sqlite3.Error) as error:
        done = "no unit was revoked" if options.command == "revoke" else "no enrolment was opened"
        words = str(error).replace(USUAL_CONFIG, str(options.config))
        print(f"{done}: {words}", file=sys.stderr)
        return exits.PROBLEM
    for label in labels if len(labels) == 1 else ():
        print(on_terminal(label))
    if not labels and options.listener:
        print("it has joined already; there is no label to print")
    elif not labels:
        print("every unit has joined already; there is no label to print")
    elif options.labels or len(labels) > 1:
        path = options.labels or settings.authority.revoked.with_name("labels.html")
        write_whole(path, sheet(labels).encode())
        print(f"{len(labels)} labels to print: {path}; good {until_in_words(labels[0].until)}")
    return exits.GOOD


def first_gateway(config: Path) -> str:
    """Return where names are given, if that is another gateway: its register is copied first."""
    try:
        whole = load(config, GatewaySettings)
        copy = copy_of(whole)
        if copy is None or whole.standby is None:
            return ""
        for path in copy.update():
            owners.give_one(path, owners.GATEWAY)
    except (CopyError, SettingsError) as error:
        told = f"the first gateway cannot be asked for its register: {error}"
        print(f"{told}; names given here may differ from those given there", file=sys.stderr)
        return ""
    return whole.standby.authority


def _revoke(enrolling: Enroller, unit: UnitId, is_sure: bool) -> int:
    enrolling.must_be_revocable(unit)
    if not (is_sure or enrolling.has_joined(unit) or _confirms(unit)):
        print(f"unit {unit} was not revoked; --yes revokes it without a question", file=sys.stderr)
        return exits.PROBLEM
    enrolling.revoke(unit)
    print(f"unit {unit} is revoked; what it sends is ignored from now on")
    return exits.GOOD


def _confirms(unit: UnitId) -> bool:
    print(f"Unit {unit} has never joined.  Once it is revoked, no unit can ever bear that name.")
    try:
        return input("Revoke it all the same? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _labels(enrolling: Enroller, options: argparse.Namespace) -> list[Label]:
    if options.command == "replace":
        return [enrolling.replace(RoomId(options.room), options.unit)]
    if options.standby:
        return [enrolling.standby()]
    if options.listener:
        return _listener(enrolling, UnitId(options.listener), options.hears)
    if options.all:
        return enrolling.all()
    if not options.room:
        raise EnrolmentError("say which room, --all or --listener NAME")
    return [enrolling.one(RoomId(options.room))]


def _listener(enrolling: Enroller, name: UnitId, said: str) -> list[Label]:
    hears = hearings(said.split(","))
    if not hears:
        known = ",".join(HEARINGS)
        raise EnrolmentError(f"say what {name} hears, one or several: --hears {known}")
    label = enrolling.listener(name, hears)
    print(f"listener {name} hears {' and '.join(hears)}, within some seconds")
    return [label] if label else []
