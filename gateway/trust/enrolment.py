"""Who may join: windows that open for one unit, once, for a short time.  Pure.

A window is opened by a person at the gateway and used by the unit that shows its code.  A wrong
guess counts against the window that it names, so nobody can close another's, nor guess on.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from gateway.trust.acl import RESERVED, STANDBY
from wire.ids import NAME, RoomId, Seconds, SiteId, UnitId, Wall
from wire.joincode import JoinCode, new_code

OPEN_FOR: Final = Seconds(600.0)
# 30 bits of secret and five guesses: one chance in two hundred million.
MOST_WRONG: Final = 5
_ENDING: Final = re.compile(r"(?P<stem>.*?)(-r(?P<number>[0-9]+))?")


class EnrolmentError(Exception):
    """A window that cannot be opened, or a unit that may not join; the asker's to mend."""


class Window(NamedTuple):
    """A unit that may join until `until`; the secret itself is not kept."""

    id: str
    unit: UnitId
    room: RoomId
    digest: str
    until: Wall
    wrong: int = 0


def open_window(
    unit: UnitId,
    room: RoomId,
    authority: bytes,
    until: Wall,
    taken: Callable[[str], bool] = lambda _: False,
) -> tuple[Window, JoinCode]:
    """Return a window for `unit` and its code; `taken` says which windows' ids are in use.

    `authority` is the SHA-256 of its certificate.  Raises EnrolmentError for a name no unit may
    bear.
    """
    if not NAME.fullmatch(unit) or unit in RESERVED - {STANDBY}:
        raise EnrolmentError(f"{unit!r} is no name of a unit: 3 to 32 of a-z, 0-9 and -")
    code = new_code(authority)
    while taken(code.window):
        code = new_code(authority)
    return Window(code.window, unit, room, _digest(code.secret), until), code


def fault_of(window: Window, secret: str, now: Wall) -> str | None:
    """Say why whoever shows `secret` may not join by `window`; None if they may."""
    if window.wrong >= MOST_WRONG:
        return "no such window is open"
    if now >= window.until:
        return "the window has closed; open another one at the gateway"
    if not hmac.compare_digest(window.digest, _digest(secret)):
        return "the code is wrong"
    return None


def name_for(site: SiteId, room: RoomId) -> UnitId:
    """Return the name of the first unit in `room`."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{site}-{room}".lower()).strip("-")
    return UnitId(words[:32])


def name_after(unit: UnitId) -> UnitId:
    """Return the name of the unit that replaces `unit`: a revoked name is never used again."""
    found = _ENDING.fullmatch(unit)
    stem, number = (found["stem"], found["number"]) if found else (unit, None)
    ending = f"-r{int(number or 1) + 1}"
    return UnitId(f"{stem[: 32 - len(ending)]}{ending}")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
