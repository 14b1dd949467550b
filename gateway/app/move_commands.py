"""The commands by which a person at a gateway's terminal splits and joins incidents.

Reads the store on a connection of its own, and asks the running gateway through its table of
actions; touches nothing else.
"""

import sys
import uuid
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from gateway.app.commands import database_at, is_standing, none_open
from gateway.config.settings import GatewaySettings
from gateway.store.actions import ActionQueue, QueuedAction
from service import exits
from wire.ids import AlertId, IncidentId, RoomId
from wire.stage import Stage

_OPEN: Final = "SELECT id, presses, room FROM alert WHERE incident = ? AND stage < ?"


class _OpenAlert(NamedTuple):
    id: AlertId
    presses: int
    room: RoomId


def split(
    settings: GatewaySettings, incident: str, rooms: Sequence[str], by: str, note: str
) -> int:
    """Ask the running gateway to put the alerts of these rooms into an incident of their own."""
    alerts = _open_alerts(settings.store.path, incident)
    if not alerts:
        return none_open(incident)
    if lacking := sorted({*rooms} - {each.room for each in alerts}):
        return _refused(f"room {lacking[0]} has no open alert in incident {incident}")
    moved = [each for each in alerts if each.room in rooms]
    if len(moved) == len(alerts):
        return _refused("name some of the rooms, not all: a split leaves some in the incident")
    to = str(uuid.uuid4())
    _ask(settings, QueuedAction(IncidentId(incident), "split", by, note, detail=to), moved)
    print(f"asked the gateway to split {len(moved)} alerts off incident {incident}, by {by}")
    print(f"incident {to}")
    return exits.GOOD


def join(settings: GatewaySettings, incident: str, into: str, by: str, note: str) -> int:
    """Ask the running gateway to put all open alerts of an incident into another open one."""
    alerts = _open_alerts(settings.store.path, incident)
    if not alerts:
        return none_open(incident)
    if into == incident:
        return _refused("name two incidents: none is joined into itself")
    with closing(database_at(settings.store.path)) as db:
        if not is_standing(db, into):
            return none_open(into)
    _ask(settings, QueuedAction(IncidentId(incident), "join", by, note, detail=into), alerts)
    print(f"asked the gateway to join incident {incident} into {into}, by {by}")
    return exits.GOOD


def _open_alerts(path: Path, incident: str) -> list[_OpenAlert]:
    with closing(database_at(path)) as db:
        if not is_standing(db, incident):
            return []
        return [_OpenAlert(*row) for row in db.execute(_OPEN, (incident, Stage.CLOSED))]


def _ask(settings: GatewaySettings, action: QueuedAction, alerts: Sequence[_OpenAlert]) -> None:
    seen = {each.id: each.presses for each in alerts}
    ActionQueue(settings.store.path).put([action._replace(seen=seen)])


def _refused(why: str) -> int:
    print(why, file=sys.stderr)
    return exits.PROBLEM
