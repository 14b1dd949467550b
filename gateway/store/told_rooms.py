"""The rooms of an open incident that an endpoint has been told of.  Raises sqlite3.Error."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from wire.ids import EndpointName, IncidentId, RoomId

_BUSY_S: Final = 2.0
_TOLD: Final = """
SELECT DISTINCT a.room FROM incident i JOIN alert a ON a.incident = i.id
JOIN receipt r ON r.alert = a.id AND r.endpoint = ?2
WHERE i.id = ?1 AND i.status = 'active'"""


def told_rooms(path: Path, incident: IncidentId, endpoint: EndpointName) -> frozenset[RoomId]:
    """Return the rooms whose alert the endpoint gave a receipt for; none once it is closed."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S)) as db:
        return frozenset(RoomId(room) for (room,) in db.execute(_TOLD, (incident, endpoint)))
