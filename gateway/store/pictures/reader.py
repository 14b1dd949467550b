"""Reads the pictures of incidents, for those who may see them.  Never writes."""

import hashlib
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from gateway.store.read_only import open_read_only
from wire.ids import CameraId, IncidentId, RoomId, Wall

log = logging.getLogger(__name__)

# A day of every camera that one incident can follow is less.
_MOST: Final = 20_000
_COLUMNS: Final = "id, incident, camera, room, taken_at, seconds_from_press, sha256, length(jpeg)"


class KeptPicture(NamedTuple):
    """What is known of a picture: `size` in bytes, `seconds_from_press` negative before it."""

    id: int
    incident: IncidentId
    camera: CameraId
    room: RoomId
    taken_at: Wall
    seconds_from_press: float
    sha256: str
    size: int


class PictureReader:
    """The pictures at `path`, which may not exist yet; each method raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def pictures(self, incident: IncidentId) -> list[KeptPicture]:
        """Return the pictures of an incident as they were taken, the oldest first."""
        sql = f"SELECT {_COLUMNS} FROM picture WHERE incident = ? ORDER BY taken_at, id LIMIT ?"  # noqa: S608
        with self._opened() as db:
            rows = db.execute(sql, (incident, _MOST)).fetchall() if db else []
        return [KeptPicture(*row) for row in rows]

    def jpeg(self, picture: int, incident: IncidentId) -> bytes | None:
        """Return a picture of this incident; None if there is none, or it is not what was kept."""
        sql = "SELECT jpeg, sha256 FROM picture WHERE id = ? AND incident = ?"
        with self._opened() as db:
            found = db.execute(sql, (picture, incident)).fetchone() if db else None
        if found is None:
            return None
        jpeg, sha256 = found
        if hashlib.sha256(jpeg).hexdigest() != sha256:
            log.error("picture %d of incident %s does not match its hash", picture, incident)
            return None
        return bytes(jpeg)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection | None]:
        if not self._path.exists():
            yield None
            return
        with closing(open_read_only(self._path)) as db:
            yield db
