"""The JSON document of the page of units: what `units --json` and `troubles --json` tell."""

import json
import logging
import sqlite3
from collections.abc import Callable
from typing import Any

from gateway.fleet.reading import FleetReader, Look
from gateway.fleet.told import tell_troubles, tell_units
from gateway.notices.reader import NoticeReader
from gateway.notices.told_view import told_of_log

log = logging.getLogger(__name__)


def fleet_document(reader: FleetReader, notices: NoticeReader) -> Callable[[], bytes]:
    """Return what reads it as it is now; that raises sqlite3.Error or OSError."""

    def read() -> bytes:
        look = reader.look()
        troubles = tell_troubles(look.troubles, look.at, _told(look, notices))
        return json.dumps({**tell_units(look.fleet, look.at), **troubles}).encode()

    return read


def _told(look: Look, notices: NoticeReader) -> list[dict[str, Any]] | None:
    """Who was told of each trouble; None where that record cannot be read, for the rest can."""
    try:
        return told_of_log(look.troubles, look.taken, notices)
    except (OSError, sqlite3.Error) as error:
        log.warning("what was told to people cannot be read: %s", error)
        return None
