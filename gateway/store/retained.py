"""Which incidents the store of alerts still has, for what is kept beside it.  Never writes."""

import json
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Final

from wire.ids import IncidentId

_BUSY_S: Final = 2.0
_OF: Final = "SELECT id FROM incident WHERE id IN (SELECT value FROM json_each(?))"


def retained(path: Path, incidents: Collection[IncidentId]) -> set[IncidentId]:
    """Return those of `incidents` that the store at `path` has; raises sqlite3.Error."""
    if not incidents or not path.exists():
        return set()
    address = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, timeout=_BUSY_S, uri=True)) as db:
        rows = db.execute(_OF, (json.dumps(list(incidents)),)).fetchall()
    return {IncidentId(name) for (name,) in rows}
