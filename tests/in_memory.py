"""The gateway's database without a file."""

import sqlite3
from pathlib import Path

import service.database
from gateway.store.schema import newest_schema
from wire.ids import Seconds


def open_in_memory() -> sqlite3.Connection:
    """Return an empty database in the newest layout, which nobody else can open."""
    return service.database.open_database(Path(":memory:"), newest_schema(), Seconds(0.0))
