"""What a receiver's people may see live of an incident, by the store, the register and the frames.

Any thread may ask; the loop gives a new register.
"""

import logging
import sqlite3
from pathlib import Path

from gateway.cameras.events import Why
from gateway.cameras.frames import FrameFolder
from gateway.cameras.leases import CameraLeases
from gateway.core.site import Register
from gateway.core.values import Frame
from gateway.store.told_rooms import told_rooms
from wire.ids import CameraId, EndpointName, IncidentId

log = logging.getLogger(__name__)


class StoredLivePictures:
    """By the store at `store`, as it is on disk: what cannot be read may not be seen."""

    def __init__(
        self, store: Path, frames: FrameFolder, leases: CameraLeases, register: Register
    ) -> None:
        self._store = store
        self._frames = frames
        self._leases = leases
        self._register = register

    def update(self, register: Register) -> None:
        """Take the register as it is now."""
        self._register = register

    def newest(self, camera: CameraId) -> Frame | None:
        """Return the camera's newest frame; None if there is none."""
        return self._frames.newest(camera)

    def may_see(self, endpoint: EndpointName, incident: IncidentId, camera: CameraId) -> bool:
        """True if the incident is open, and the endpoint was told of a room that it sees."""
        try:
            rooms = told_rooms(self._store, incident, endpoint)
        except sqlite3.Error as error:
            log.warning("live frames for %s: the store cannot be read: %s", endpoint, error)
            return False
        entries = (self._register.by_room.get(room) for room in rooms)
        return any(entry is not None and camera in entry.cameras for entry in entries)

    def need(self, camera: CameraId) -> None:
        """Ask the camera more often for the next seconds."""
        self._leases.renew(camera, Why.VIEW)
