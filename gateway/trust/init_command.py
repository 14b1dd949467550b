"""The command `init`: asks what a new gateway must know, makes it, and prints the next steps."""

import argparse
import ipaddress
import socket
import sqlite3
import sys
import time
from pathlib import Path
from typing import Final

from gateway.config.services import NOTICES, services_of
from gateway.config.settings import GatewaySettings
from gateway.trust.bootstrap import ADMINISTRATOR, SETTINGS, bootstrap, files_in
from gateway.trust.bootstrap_plan import BootstrapPlan, PlanError, site_for
from gateway.trust.file_access import give_access
from service import exits
from service.settings import SettingsError, load
from wire.ids import SiteId, Wall

_WELCOME: Final = """
Next:
  1. Write your rooms into {folder}/register/rooms.csv, a line for each.
  2. Put your receiver into {settings}: until then nobody outside is told.
  3. Check both: tocsin-gateway check --config {settings}
  4. Start it: systemctl enable --now {services}
  5. See that all is well: tocsin-gateway doctor --config {settings}
  6. For each unit: tocsin-gateway enrol ROOM --config {settings}
  7. Open the console, {console}, as {administrator}; people get accounts by
     tocsin-gateway account NAME --role ROLE --config {settings}
So that people are told of troubles: name them in [notices], then systemctl enable --now {notices}
Units reach this machine at {host}; when that changes:
     tocsin-gateway set-address ADDRESS --config {settings}
Keep a backup elsewhere: tocsin-gateway backup FILE --config {settings}"""


def init(options: argparse.Namespace) -> int:
    """Make a gateway in a folder, or say what is there."""
    if (options.folder / SETTINGS).exists():
        return _there(options.folder)
    try:
        plan = _plan(options)
        made = bootstrap(plan, Wall(time.time()))
        give_access(plan.folder / SETTINGS)
    except (PlanError, SettingsError, OSError, ValueError, sqlite3.Error) as error:
        print(f"no gateway was made: {error}", file=sys.stderr)
        return exits.PROBLEM
    for path in made.there:
        print(f"is there  {path}")
    for path in made.made:
        print(f"made      {path}")
    if made.password:
        print(f"\nThe first administrator is {ADMINISTRATOR}, the password, shown only now:")
        print(f"\n    {made.password}")
    print(_welcome(plan))
    return exits.GOOD


def _there(folder: Path) -> int:
    """Say what is there, and give each file to whom it belongs, as an update needs it."""
    for path in files_in(folder):
        print(f"is there  {path}")
    try:
        moved = give_access(folder / SETTINGS)
    except (SettingsError, OSError, sqlite3.Error) as error:
        print(f"the files of {folder} were not given to their users: {error}", file=sys.stderr)
        return exits.PROBLEM
    for old, new in moved:
        print(f"moved     {old} to {new}")
    print("nothing else was changed" if moved else "nothing was changed")
    return exits.GOOD


def _plan(options: argparse.Namespace) -> BootstrapPlan:
    name = options.name or _ask("Name of the school", "")
    return BootstrapPlan(
        site=SiteId(options.site or site_for(name)),
        name=name,
        hosts=tuple(options.host or _ask_hosts()),
        folder=options.folder,
        state=options.state,
        broker_port=options.broker_port,
        authority_port=options.authority_port,
        console_port=options.console_port,
    )


def _welcome(plan: BootstrapPlan) -> str:
    return _WELCOME.format(
        folder=plan.folder,
        settings=plan.folder / SETTINGS,
        services=" ".join(services_of(load(plan.folder / SETTINGS, GatewaySettings))),
        notices=NOTICES,
        console=plan.console,
        administrator=ADMINISTRATOR,
        host=plan.hosts[0],
    )


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
    """This machine's address on the way out, or nothing; to ask the kernel for it sends nothing.

    Never a loopback address: it is another machine on each machine.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            found = ipaddress.ip_address(probe.getsockname()[0])
        except OSError:
            return ""
    return "" if found.is_loopback or found.is_unspecified else str(found)
