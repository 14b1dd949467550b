"""Enrolment windows: who may join.  One opens for one unit, once, for a short time.  Pure.

A window is opened by a person at the gateway and used by the unit that shows its code: by one key,
which may ask again.  A window is found by its whole code alone.  So a wrong guess closes none, and
nobody learns that there is one; those who guess on must wait (`service/throttle.py`).
"""

import hashlib
import re
from typing import Final, NamedTuple

from gateway.trust.broker.acl import RESERVED
from wire.ids import NAME, RoomId, Seconds, SiteId, UnitId, Wall
from wire.joincode import JoinCode, new_code
from wire.topics import STANDBY

OPEN_FOR: Final = Seconds(600.0)
_ENDING: Final = re.compile(r"(?P<stem>.*?)(-r(?P<number>[0-9]+))?")


class EnrolmentError(Exception):
    """A window that cannot be opened, or a unit that may not join; the asker's to mend."""


class WrongCodeError(EnrolmentError):
    """No window has this code: a slip, or a guess."""


class EnrolmentToken(NamedTuple):
    """A unit that may join until `until`; the secret itself is not kept.

    Once used, `key` is the digest of the public key that used it and `certificate` (PEM) what it
    got: until the end it gets that again, for the answer may have been lost on its way.
    """

    id: str
    unit: UnitId
    room: RoomId
    digest: str
    until: Wall
    key: str = ""
    certificate: str = ""


def issue_token(
    unit: UnitId, room: RoomId, authority: bytes, until: Wall
) -> tuple[EnrolmentToken, JoinCode]:
    """Return a window for `unit` and its code.

    `authority` is the SHA-256 of its certificate.  Raises EnrolmentError for a name no unit may
    bear.
    """
    if not NAME.fullmatch(unit) or unit in RESERVED - {STANDBY}:
        raise EnrolmentError(f"invalid unit name {unit!r}: use 3 to 32 of a-z, 0-9 and -")
    code = new_code(authority)
    return EnrolmentToken(code.window, unit, room, digest_of(code.secret), until), code


def must_be_open(window: EnrolmentToken | None, now: Wall) -> EnrolmentToken:
    """Return the window that a code names; raises EnrolmentError if nobody may join by it."""
    if window is None:
        raise WrongCodeError(
            "no enrolment is open for this code: compare its letters, or get a new one at the"
            " gateway"
        )
    if now >= window.until:
        raise EnrolmentError("the enrolment code has expired; get a new one at the gateway")
    return window


def name_for(site: SiteId, room: RoomId) -> UnitId:
    """Return the name of the first unit in `room`."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{site}-{room}".lower()).strip("-")
    return UnitId(words[:32])


def name_after(unit: UnitId) -> UnitId:
    """Return the name of the unit that replaces `unit`: a revoked name is never used again."""
    stem, number = _parts(unit)
    ending = f"-r{number + 1}"
    return UnitId(f"{stem[: 32 - len(ending)]}{ending}")


def comes_after(unit: UnitId, earlier: UnitId) -> bool:
    """True if `earlier` is a name of a unit that was replaced until `unit` came in its place."""
    stem, number = _parts(unit)
    before, lower = _parts(earlier)
    # A long stem was cut, to have room for the number.
    return lower < number and before[: len(stem)] == stem


def _parts(unit: UnitId) -> tuple[str, int]:
    found = _ENDING.fullmatch(unit)
    return (found["stem"], int(found["number"] or 1)) if found else (unit, 1)


def digest_of(secret: str) -> str:
    """Return what is kept of a code's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
