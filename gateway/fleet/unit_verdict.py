"""What a room's unit does to a press there: whether it would come to the gateway.  Pure.

A trouble that stands in no table here leaves a doubt.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from gateway.core.site import Entry
from gateway.core.supervision.units import LOST_AFTER
from gateway.fleet.gateway_verdict import troubles_of
from gateway.fleet.heard import Beat, Snapshot
from gateway.fleet.verdict import Reason, Verdict
from wire import unit_troubles as own
from wire.ids import Monotonic, Wall
from wire.supervision_troubles import UNITS_LOST
from wire.trouble import find
from wire.unit_troubles import UNIT_TROUBLES

BREAKING: Final = (own.STUCK_BUTTON, own.NOT_RECEIVED, own.NOT_DELIVERED)
HARMLESS: Final = (own.GATEWAY_LOST,)
"""It was heard here, so its way to this gateway is open."""

_JOIN: Final = "Let it join anew: `tocsin-gateway replace ROOM --config /etc/tocsin/gateway.toml`."
_NO_UNIT: Final = Reason(
    "no unit is in the register for this room",
    "Put one there: `tocsin-gateway enrol ROOM --config /etc/tocsin/gateway.toml`.",
)
_REVOKED: Final = Reason("the unit of this room is revoked", _JOIN)
_ENDED: Final = Reason(
    "its certificate has ended: once it loses its connection, it gets no other", _JOIN
)
_NO_CERTIFICATE: Final = Reason("its certificate cannot be read on this machine", _JOIN)
_STARTING: Final = Reason(
    "it has not been heard since the gateway started a moment ago", "Wait for half a minute."
)
_OF_OTHER_RELEASE: Final = "On the unit: `journalctl -u tocsin-device -n 50` tells of it."


class Around(NamedTuple):
    """What else is known of a unit: whether it is revoked, whether it must have a certificate and
    when that ends, which troubles of the gateway stand.
    """

    is_revoked: bool
    is_certified: bool
    certificate_ends: Wall | None
    troubles: tuple[str, ...]


def is_heard(beat: Beat | None, now: Monotonic) -> bool:
    """True if the unit counts as alive, by the gateway's own bound."""
    return beat is not None and now - beat.heard <= LOST_AFTER


def judge_unit(
    entry: Entry, snapshot: Snapshot | None, around: Around, now: Monotonic, wall: Wall
) -> Verdict:
    """Return what speaks against it that a press in this room comes to the gateway.

    Without a `snapshot` nobody knows of any unit, which the gateway's own verdict says.
    """
    if entry.unit is None:
        return Verdict(broken=(_NO_UNIT,))
    if around.is_revoked:
        return Verdict(broken=(_REVOKED,))
    doubts = (*troubles_of(entry.unit, around.troubles), *_of_certificate(around, wall))
    if snapshot is None:
        return Verdict(doubtful=doubts)
    beat = snapshot.beats.get(entry.unit)
    if beat is None or not is_heard(beat, now):
        return _lost(beat, snapshot, now).joined(Verdict(doubtful=doubts))
    if beat.said.room != entry.room.id:
        words = f"the unit says that it is in room {beat.said.room}"
        doubts += (Reason(words, f"Put rooms.csv in order, or: {_JOIN}"),)
    return _own(beat).joined(Verdict(doubtful=doubts))


def _lost(beat: Beat | None, snapshot: Snapshot, now: Monotonic) -> Verdict:
    if beat is None and now - snapshot.started <= LOST_AFTER:
        return Verdict(doubtful=(_STARTING,))
    words = "it is not heard of, and was not since the gateway started"
    return Verdict(broken=(Reason("it is not heard of" if beat else words, UNITS_LOST.cure),))


def _own(beat: Beat) -> Verdict:
    found: dict[bool, list[Reason]] = {True: [], False: []}
    for name in beat.said.troubles:
        kind = find(name, UNIT_TROUBLES)
        if kind in HARMLESS:
            continue
        words = name if kind is None else f"{name}: {kind.meaning}"
        cure = _OF_OTHER_RELEASE if kind is None else kind.cure_of(name)
        found[kind in BREAKING].append(Reason(words, cure))
    return Verdict(tuple(found[True]), tuple(found[False]))


def _of_certificate(around: Around, wall: Wall) -> Iterator[Reason]:
    if around.is_certified and around.certificate_ends is None:
        yield _NO_CERTIFICATE
    elif around.certificate_ends is not None and around.certificate_ends <= wall:
        yield _ENDED
