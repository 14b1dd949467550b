"""The commands for a person at a gateway's terminal: check, zones, doctor, acknowledge, cancel,
close.

Reads the store on a connection of its own, and asks the running gateway through its table of
actions; touches nothing else.
"""

import sqlite3
import sys
import time
from contextlib import closing
from csv import writer as csv_writer
from pathlib import Path
from typing import Final

from gateway.app.channels import hosts_of
from gateway.app.doctor.checkup import examine
from gateway.config.load import accept_register, read_register, read_zones
from gateway.config.settings import USUAL_CONFIG, GatewaySettings
from gateway.config.surroundings import faults_around
from gateway.store.actions import SCHOOL, ActionQueue, QueuedAction
from service import exits
from service.clock import kernel_is_synchronised
from service.doctor.finding import as_json, as_text, cures_at, exit_code
from service.settings import SettingsError
from service.urls import is_loopback
from wire.clean import clean
from wire.ids import IncidentId, Wall
from wire.timeline import TAKE_TROUBLE

# What was joined into another incident has no alert of its own: nothing can be done about it.
_STANDING: Final = "SELECT status FROM incident WHERE id = ? AND id IN (SELECT incident FROM alert)"


def check(settings: GatewaySettings, path: Path, accept: bool) -> int:
    """Say that the settings at `path` are good, or what around them is not.

    `accept`: the register may have lost rooms and units.  Raises SettingsError.
    """
    if accept:
        accept_register(settings, path)
    register = read_register(settings)
    if faults := faults_around(settings, path):
        raise SettingsError(path, faults)
    print(
        f"{path}: good ({len(register.by_room)} rooms, {len(register.by_unit)} units,"
        f" {len(settings.camera)} cameras, {len(settings.endpoint)} endpoints)"
    )
    if all(map(is_loopback, hosts_of(settings))):
        print("warning: no [[endpoint]] leads to another machine, so nobody outside is told")
    return exits.GOOD


def zones(settings: GatewaySettings, csv: bool) -> int:
    """Print which room is which zone, for an alarm centre to enter; new rooms get theirs."""
    register = read_register(settings)
    table = read_zones(settings, register).table(register)
    rows = [(f"{line.zone:03d}", *map(clean, line[1:])) for line in table]
    head = ("zone", "room", "name", "building", "floor")
    if csv:
        writer = csv_writer(sys.stdout, lineterminator="\n")
        writer.writerows([head, *rows])
        return exits.GOOD
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        print("  ".join(map(str.ljust, row, widths)).rstrip())
    return exits.GOOD


def doctor(settings: GatewaySettings, path: Path, json: bool) -> int:
    """Check the whole installation, whose settings are at `path`; 1 if there is a problem."""
    register = read_register(settings)
    findings = examine(settings, path, register, Wall(time.time()), kernel_is_synchronised())
    findings = cures_at(findings, USUAL_CONFIG, str(path))
    print(as_json(findings) if json else as_text(findings))
    return exit_code(findings)


def test_receivers(settings: GatewaySettings, by: str) -> int:
    """Ask the running gateway to send a manual test to every alarm centre, in the name of `by`."""
    ActionQueue(settings.store.path).put([QueuedAction(SCHOOL, "test-receivers", by)])
    print(f"asked the gateway to send a manual test to every alarm centre, by {by}")
    return exits.GOOD


def take_trouble(settings: GatewaySettings, trouble: str, by: str) -> int:
    """Ask the running gateway to write down that `by` has taken a trouble."""
    with closing(database_at(settings.store.path)) as db:
        found = db.execute("SELECT 1 FROM trouble WHERE name = ? AND ended IS NULL", (trouble,))
        stands = found.fetchone() is not None
    if not stands:
        again = f"`tocsin-gateway status --config {USUAL_CONFIG}` lists those that stand"
        print(f"there is no trouble {clean(trouble)}: {again}", file=sys.stderr)
        return exits.PROBLEM
    ActionQueue(settings.store.path).put([QueuedAction(SCHOOL, TAKE_TROUBLE, by, trouble)])
    print(f"asked the gateway to write down that {clean(by)} has taken {trouble}")
    return exits.GOOD


def act(
    settings: GatewaySettings, what: str, incident: str, by: str, text: str = "", detail: str = ""
) -> int:
    """Ask the running gateway to acknowledge, cancel or close an incident in the name of `by`.

    `text` is what they say of it, `detail` the disposition of a close.
    """
    with closing(database_at(settings.store.path)) as db:
        if not is_standing(db, incident):
            return none_open(incident)
    action = QueuedAction(IncidentId(incident), what, by, text, detail=detail)
    ActionQueue(settings.store.path).put([action])
    print(f"asked the gateway to {what} incident {incident}, by {by}")
    return exits.GOOD


def is_standing(db: sqlite3.Connection, incident: str) -> bool:
    """True if an incident is open and has alerts of its own."""
    found = db.execute(_STANDING, (incident,)).fetchone()
    return found is not None and found[0] == "active"


def none_open(incident: str) -> int:
    """Say that no incident of that id is open, and where to look."""
    again = f"`tocsin-gateway status --config {USUAL_CONFIG}` lists those that are"
    print(f"there is no open incident {clean(incident)}: {again}", file=sys.stderr)
    return exits.PROBLEM


def database_at(path: Path) -> sqlite3.Connection:
    """Return a connection to the store at `path`; raises sqlite3.Error."""
    return sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=5.0)
