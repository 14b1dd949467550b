"""What an administrator asks for at the gateway's terminal: init, enrol, replace, revoke."""

import argparse
import socket
import sqlite3
import sys
import time

from gateway.settings import IdentitySettings
from gateway.trust.enrolling import Enrolling
from gateway.trust.enrolment import EnrolmentError
from gateway.trust.founding import ADMINISTRATOR, SETTINGS, found
from gateway.trust.labels import Label, on_terminal, sheet
from gateway.trust.plan import Plan, PlanError, site_for
from service import exits
from service.files import write_whole
from wire.ids import RoomId, SiteId, UnitId, Wall

_WELCOME = """
Next:
  1. Write your rooms into {folder}/rooms.csv, a line for each.
  2. Put your receiver into {folder}/gateway.toml: until then nobody outside is told.
  3. Start it: systemctl enable --now tocsin-broker tocsin-authority tocsin-gateway tocsin-cameras
  4. For each unit: tocsin-gateway enrol ROOM --config {folder}/gateway.toml
Keep a copy of {folder}/authority where nobody else finds it: without it no unit can join."""


def init(options: argparse.Namespace) -> int:
    """Make a gateway in a folder, or say what is there."""
    folder = options.folder
    there = (folder / SETTINGS).exists()
    name = options.name or (SETTINGS if there else _ask("Name of the school", ""))
    hosts = options.host or ([_own_address()] if there else _ask_hosts())
    try:
        plan = Plan(
            site=SiteId(options.site or site_for(name)),
            name=name,
            hosts=tuple(hosts),
            folder=folder,
            state=options.state,
            broker_port=options.broker_port,
            authority_port=options.authority_port,
            console_port=options.console_port,
        )
        founded = found(plan, Wall(time.time()))
    except (PlanError, OSError, ValueError, sqlite3.Error) as error:
        print(f"no gateway was made: {error}", file=sys.stderr)
        return exits.PROBLEM
    for path in founded.there:
        print(f"is there  {path}")
    for path in founded.made:
        print(f"made      {path}")
    if founded.password:
        print(f"\nThe first administrator is {ADMINISTRATOR}, the password, shown this once:")
        print(f"\n    {founded.password}")
    print(_WELCOME.format(folder=folder) if founded.made else "nothing was changed")
    return exits.GOOD


def act(options: argparse.Namespace, settings: IdentitySettings) -> int:
    """Enrol, replace or revoke; returns the exit code."""
    try:
        enrolling = Enrolling(settings)
        if options.command == "revoke":
            enrolling.revoke(UnitId(options.unit))
            print(f"{options.unit} is revoked: nothing that it says counts any more")
            return exits.GOOD
        labels = _labels(enrolling, options)
    except (EnrolmentError, OSError, ValueError, sqlite3.Error) as error:
        print(f"nothing was opened: {error}", file=sys.stderr)
        return exits.PROBLEM
    for label in labels if len(labels) == 1 else ():
        print(on_terminal(label))
    if options.labels or len(labels) > 1:
        path = options.labels or settings.authority.revoked.with_name("labels.html")
        write_whole(path, sheet(labels).encode())
        print(f"{len(labels)} labels to print: {path}; they are good for ten hours")
    return exits.GOOD


def _labels(enrolling: Enrolling, options: argparse.Namespace) -> list[Label]:
    if options.command == "replace":
        return [enrolling.replace(RoomId(options.room))]
    if options.standby:
        return [enrolling.standby()]
    if options.all:
        return enrolling.all()
    if not options.room:
        raise EnrolmentError("say which room, or --all")
    return [enrolling.one(RoomId(options.room))]


def _ask(what: str, default: str) -> str:
    shown = f"{what} [{default}]: " if default else f"{what}: "
    try:
        return input(shown).strip() or default
    except EOFError:
        return default


def _ask_hosts() -> list[str]:
    own = _own_address()
    hosts = _ask("Address at which units reach this machine; more with blanks between", own)
    return hosts.split()


def _own_address() -> str:
    """This machine's address on the way out: to ask the kernel for it sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
