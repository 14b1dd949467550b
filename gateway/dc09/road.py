"""The ways to an alarm-receiving centre, built from its settings.  Knows concrete things."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

from gateway.dc09.aes import Aes
from gateway.dc09.centre import Centre, Post
from gateway.dc09.ledger import Ledger
from gateway.dc09.line import Line, Transport
from gateway.endpoints import SiaDc09
from gateway.formats.dc09.events import Account, EventWriter
from gateway.formats.dc09.frame import Station
from gateway.formats.dc09.key import read_key
from gateway.transport import Directory
from gateway.work import Way
from wire.ids import Seconds, Wall

# A notice is no alarm: the second receiver hears it when the first has not for so long.
_BACKUP_AFTER: Final = 30.0


def event_writer(endpoint: SiaDc09, site_name: str, zone_of: Callable[[str], int]) -> EventWriter:
    """Return what writes the events of this account."""
    account = Account(endpoint.account, site_name, endpoint.codes, endpoint.panic, endpoint.area)
    return EventWriter(account, zone_of)


def centres(
    endpoint: SiaDc09,
    writer: EventWriter,
    folder: Path,
    directory: Directory,
    put: Callable[[Any], None],
) -> list[Centre]:
    """Return the way to each receiver; they share what the centre took, kept in `folder`."""
    ledger = Ledger(folder / f"dc09-{endpoint.name}.db", put)
    ways = (Way(endpoint.name), Way(f"{endpoint.name}/backup"))
    return [
        Centre(way, _post(endpoint, url, n), _line(endpoint), ledger, directory, writer, put)
        for n, (way, url) in enumerate(zip(ways, endpoint.urls, strict=False))
    ]


def _post(endpoint: SiaDc09, url: str, number: int) -> Post:
    parts = urlsplit(url)
    transport = cast("Transport", parts.scheme)
    every = Seconds(float(endpoint.supervise_seconds))
    tests = Seconds(endpoint.test_hours * 3600.0)
    after = Seconds(number * _BACKUP_AFTER)
    return Post(
        parts.hostname or "", parts.port or 0, transport, endpoint.codes, every, tests, after
    )


def _line(endpoint: SiaDc09) -> Line:
    station = Station(endpoint.account, endpoint.receiver, endpoint.line)
    if endpoint.key_file is None:
        return Line(station, None, _clock)
    written = endpoint.key_file.read_text(encoding="utf-8").strip()
    return Line(station, Aes(read_key(written, endpoint.key_format)), _clock)


def _clock() -> Wall:
    return Wall(time.time())
