"""Builds the channels to an alarm-receiving centre from its settings."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

from gateway.config.endpoints import SiaDc09
from gateway.core.formats.dc09.events import Account, EventWriter
from gateway.core.formats.dc09.frame import Station, padding
from gateway.core.values import ChannelId
from gateway.receivers.dc09.connection import Dc09Connection, Identity, Transport
from gateway.receivers.dc09.key_file import KeyFile
from gateway.receivers.dc09.lane import Address, Lane
from gateway.receivers.dc09.receiver_clock import ReceiverClock
from gateway.receivers.dc09.sender import Dc09Sender, ReceiverSettings
from gateway.receivers.dc09.sequence_store import SequenceStore
from gateway.receivers.resolver import Resolver
from wire.ids import EndpointName, Seconds, Wall

# A notice is no alarm: the second receiver hears it when the first has not for so long.
_BACKUP_AFTER: Final = 30.0


def event_writer(endpoint: SiaDc09, site_name: str, zone_of: Callable[[str], int]) -> EventWriter:
    """Return what writes the events of this account."""
    account = Account(endpoint.account, site_name, endpoint.codes, endpoint.panic, endpoint.area)
    return EventWriter(account, zone_of)


def key_of(endpoint: SiaDc09) -> KeyFile | None:
    """Return the cipher that was agreed with this centre, if one was."""
    if endpoint.key_file is None:
        return None
    return KeyFile(EndpointName(endpoint.name), endpoint.key_file, endpoint.key_format)


def make_senders(
    endpoint: SiaDc09,
    key: KeyFile | None,
    writer: EventWriter,
    folder: Path,
    resolver: Resolver,
    put: Callable[[Any], None],
) -> list[Dc09Sender]:
    """Return a sender for each receiver; they share what the centre took, kept in `folder`."""
    store = SequenceStore(folder / f"dc09-{endpoint.name}.db", put)
    station = Station(endpoint.account, endpoint.receiver, endpoint.line)
    identity = Identity(station, key, padding(secrets.token_bytes))
    channels = (ChannelId(endpoint.name), ChannelId(f"{endpoint.name}/backup"))
    return [
        Dc09Sender(
            channel,
            _settings(endpoint, Seconds(number * _BACKUP_AFTER)),
            _lanes(url, endpoint.connections, identity, resolver),
            store,
            writer,
            put,
        )
        for number, (channel, url) in enumerate(zip(channels, endpoint.urls, strict=False))
    ]


def _settings(endpoint: SiaDc09, after: Seconds) -> ReceiverSettings:
    every = Seconds(float(endpoint.supervise_seconds))
    tests = Seconds(endpoint.test_hours * 3600.0)
    return ReceiverSettings(endpoint.codes, endpoint.supervise, every, after, tests)


def _lanes(url: str, number: int, identity: Identity, resolver: Resolver) -> list[Lane]:
    parts = urlsplit(url)
    address = Address(parts.hostname or "", parts.port or 0, cast("Transport", parts.scheme))
    clock = ReceiverClock(lambda: Wall(time.time()))
    return [Lane(address, Dc09Connection(identity, clock), resolver) for _ in range(number)]
