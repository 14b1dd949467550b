"""What a person asks of a gateway at its terminal: check, zones, doctor, status, confirm,
cancel, close.

Reads the store on a connection of its own, and asks the running gateway through its table of
actions; touches nothing else.
"""

import sqlite3
import sys
import time
from csv import writer as csv_writer
from datetime import UTC, datetime
from pathlib import Path

from gateway.actionbox import ActionBox, Deed
from gateway.doctor.checkup import examine
from gateway.run import read_register, read_zones
from gateway.settings import GatewaySettings
from gateway.ways import hosts_of
from service import exits
from service.broker import is_loopback
from service.clock import kernel_is_synchronised
from service.doctor.finding import as_json, as_text, exit_code
from wire.clean import clean
from wire.ids import IncidentId, Wall


def check(settings: GatewaySettings, path: Path) -> int:
    """Say that the settings at `path` are good; their faults were told before."""
    register = read_register(settings)
    print(
        f"{path}: good ({len(register.by_room)} rooms, {len(register.by_unit)} units,"
        f" {len(settings.camera)} cameras, {len(settings.endpoint)} endpoints)"
    )
    if all(map(is_loopback, hosts_of(settings))):
        print("but nobody outside this machine is told: no [[endpoint]] leads anywhere else")
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


def doctor(settings: GatewaySettings, json: bool) -> int:
    """Look over the whole installation; 1 if there is a problem."""
    register = read_register(settings)
    findings = examine(settings, register, Wall(time.time()), kernel_is_synchronised())
    print(as_json(findings) if json else as_text(findings))
    return exit_code(findings)


def status(settings: GatewaySettings) -> int:
    """List open incidents and standing troubles; 1 if there is a trouble."""
    with _database(settings.store.path) as db:
        incidents = db.execute(
            "SELECT i.id, opened_at, count(*), min(stage), group_concat(DISTINCT room)"
            " FROM incident i JOIN alert a ON a.incident = i.id WHERE status = 'active'"
            " GROUP BY i.id ORDER BY opened_at DESC"
        ).fetchall()
        troubles = db.execute(
            "SELECT name, detail, started FROM trouble WHERE ended IS NULL ORDER BY started"
        ).fetchall()
    for name, opened, count, stage, rooms in incidents:
        sent = "all sent" if stage >= 4 else "NOT ALL SENT"
        print(f"incident {name} since {_time(opened)}: {count} alerts, {sent}; rooms {rooms}")
    for name, detail, started in troubles:
        print(f"trouble {name} since {_time(started)}: {detail}")
    if not incidents and not troubles:
        print("no open incident, no trouble")
    return exits.PROBLEM if troubles else exits.GOOD


def try_lines(settings: GatewaySettings, by: str) -> int:
    """Ask the running gateway to send a manual test to every alarm centre, in the name of `by`."""
    ActionBox(settings.store.path).put([Deed(IncidentId(""), "try-lines", by)])
    print(f"asked the gateway to send a manual test to every alarm centre, by {by}")
    return exits.GOOD


def act(settings: GatewaySettings, what: str, incident: str, by: str) -> int:
    """Ask the running gateway to confirm, cancel or close an open incident in the name of `by`."""
    with _database(settings.store.path) as db:
        found = db.execute("SELECT status FROM incident WHERE id = ?", (incident,)).fetchone()
    if found is None or found[0] != "active":
        print(f"there is no open incident {incident}; see tocsin-gateway status", file=sys.stderr)
        return exits.PROBLEM
    ActionBox(settings.store.path).put([Deed(IncidentId(incident), what, by)])
    print(f"asked the gateway to {what} incident {incident}, by {by}")
    return exits.GOOD


def _database(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=5.0)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
