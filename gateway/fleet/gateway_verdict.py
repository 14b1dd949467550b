"""What the gateway does to every press of the school now: whether it would report it.  Pure.

Yes needs a proof: the gateway gives signs of life, says what it hears, and a receiver gave a
receipt or let itself be connected to since the gateway started, with nothing wrong since.  A
trouble that stands in no table here leaves a doubt.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from gateway.core.values import ChannelId
from gateway.fleet.heard import Snapshot
from gateway.fleet.verdict import Reason, Verdict
from wire import gateway_troubles as own
from wire import receiver_troubles as receivers
from wire import supervision_troubles as seen
from wire.gateway_troubles import GATEWAY_TROUBLES, cure_of
from wire.ids import EndpointName, Monotonic, Seconds
from wire.trouble import Trouble, TroubleName, find

# The gateway writes every 2 s; twice late, and it may hang.
SNAPSHOT_LASTS: Final = Seconds(6.0)
_BACKUP: Final = "/backup"
START: Final = "`systemctl restart tocsin-gateway`, then `journalctl -u tocsin-gateway -n 50`."

BREAKING: Final = (own.BROKER, own.NOT_DELIVERED)
"""While one of these stands, no press gets out."""
HARMLESS: Final = (
    own.CAMERA,
    own.CERTIFICATE,
    own.DATABASE_REPLACED,
    own.DNS,
    own.EVIDENCE,
    own.OTHER_GATEWAY,
    own.PICTURES,
    own.REGISTER_COPY,
    own.REGISTER_EDITED,
    seen.REVOKED_UNIT,
    own.SETTINGS,
    own.SETTINGS_PENDING,
    seen.UNIT_CERTIFICATES_ENDING,
    seen.UNITS_IN_TROUBLE,
    seen.UNITS_LOST,
    receivers.ACKNOWLEDGEMENTS,
    receivers.LIVE_FRAMES,
)
"""These are no part of a press's way, or are judged by what they end in: a certificate or a name
server by receivers and units that are not reached, units one by one.
"""
OF_UNITS: Final = (seen.BAD_SIGNATURE, seen.DUPLICATE_UNIT, seen.UNVERIFIED_ALERT)
"""These concern the press of one unit (unit_verdict.py)."""
OF_CHANNELS: Final = (receivers.ENDPOINT, receivers.RECEIVER_LINE, receivers.REPORT_UNWRITTEN)
OF_ENDPOINTS: Final = (receivers.CREDENTIALS, receivers.EIDO)
"""These close one way to a receiver, or all ways to it."""


class GatewayState(NamedTuple):
    """What is known of the gateway now: its sign of life, what it last said, what troubles it."""

    is_alive: bool
    stores: bool
    snapshot: Snapshot | None
    troubles: Mapping[TroubleName, str]
    endpoints: tuple[EndpointName, ...]


def judge_gateway(standing: GatewayState, now: Monotonic) -> Verdict:
    """Return what speaks against it that a press, once it is here, is reported."""
    if not standing.is_alive:
        words = "the gateway gives no sign of life; only a second gateway may take a press"
        return Verdict(broken=(Reason(words, START),))
    snapshot = current(standing, now)
    if snapshot is None:
        words = "the gateway does not say which units it hears"
        return Verdict(doubtful=(Reason(words, START),))
    return _by_troubles(standing).joined(_by_receivers(standing, snapshot))


def current(standing: GatewayState, now: Monotonic) -> Snapshot | None:
    """Return what the gateway says of its units now; None if it says nothing, or no more."""
    told = standing.snapshot
    # One of a time to come is of another start of the machine, or no gateway's.
    is_new = told is not None and 0.0 <= now - told.at <= SNAPSHOT_LASTS
    return told if standing.is_alive and is_new else None


def _by_troubles(standing: GatewayState) -> Verdict:
    names = list(standing.troubles)
    if not standing.stores and own.DATABASE.name() not in names:
        names.append(own.DATABASE.name())
    broken = [name for name in names if _kind(name) in BREAKING]
    judged = (*BREAKING, *HARMLESS, *OF_UNITS, *OF_CHANNELS, *OF_ENDPOINTS)
    doubtful = [name for name in names if _kind(name) not in judged]
    return Verdict(*(tuple(map(_reason, found)) for found in (broken, doubtful)))


def _by_receivers(standing: GatewayState, snapshot: Snapshot) -> Verdict:
    """One receiver that is reached is enough."""
    channels = [ChannelId(f"{each}{way}") for each in standing.endpoints for way in ("", _BACKUP)]
    if any(each in snapshot.proven and not _faults(each, standing) for each in channels):
        return Verdict()
    faults = {name: None for each in channels for name in _faults(each, standing)}
    reasons = tuple(map(_reason, faults))
    if standing.endpoints and all(_faults(each, standing) for each in standing.endpoints):
        return Verdict(broken=reasons)
    words = "no receiver has shown since the gateway started that it can be reached"
    cure = "`tocsin-gateway doctor --config /etc/tocsin/gateway.toml` connects to each of them."
    return Verdict(doubtful=(Reason(words, cure), *reasons))


def _faults(channel: str, standing: GatewayState) -> list[TroubleName]:
    """Return the troubles that close this way to a receiver."""
    endpoint = channel.removesuffix(_BACKUP)
    names = [kind.name(channel) for kind in OF_CHANNELS]
    names += [kind.name(endpoint) for kind in OF_ENDPOINTS]
    return [name for name in names if name in standing.troubles]


def troubles_of(unit: str, names: Iterable[str]) -> Iterator[Reason]:
    """Yield those of the gateway's troubles that concern the presses of one unit."""
    return (_reason(name) for name in names if name in {kind.name(unit) for kind in OF_UNITS})


def _kind(name: str) -> Trouble | None:
    return find(name, GATEWAY_TROUBLES)


def _reason(name: str) -> Reason:
    kind = _kind(name)
    words = name if kind is None else f"{name}: {kind.meaning}"
    return Reason(words, cure_of(name))
