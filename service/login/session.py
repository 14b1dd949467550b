"""How long a session lasts, and when a person must log in again.  Pure: `now` is handed in.

Sessions outlive the process, so they are judged by the wall clock; what was seen in the future was
seen by another clock, and counts for nothing.
"""

import hashlib
import hmac
from typing import Final, NamedTuple

from wire.ids import Seconds, Wall

# For these seconds after a password nobody is asked for it again: long enough for what a person
# came to do, and for nobody who finds the screen an hour later.
FRESH: Final = Seconds(600.0)
# Who changes a second factor that there is gives it for that very change.
CHANGES: Final = Seconds(120.0)
_CLOCKS_APART: Final = Seconds(60.0)


class Lasting(NamedTuple):
    """How long sessions last: unused, and altogether."""

    idle: Seconds
    longest: Seconds


class Session(NamedTuple):
    """A session: one browser of one person.  `by_code`: the second factor was given, too.

    Begun by password alone it is over once that person has one (`has_codes`).  `id` is the SHA-256
    of the secret that opens it.
    """

    id: bytes
    name: str
    role: str
    began: Wall
    seen: Wall
    proved: Wall
    by_code: bool
    has_codes: bool

    def lasts(self, lasting: Lasting, now: Wall) -> bool:
        """True if it still opens anything."""
        if self.has_codes and not self.by_code:
            return False
        return _within(now - self.seen, lasting.idle) and _within(now - self.began, lasting.longest)

    def is_fresh(self, now: Wall) -> bool:
        """True if its person gave the password a short while ago."""
        return _within(now - self.proved, FRESH)

    def may_change_factors(self, now: Wall) -> bool:
        """True if its person gave password and second factor once more just now, or, without a
        second factor, the password a short while ago.
        """
        if not self.has_codes:
            return self.is_fresh(now)
        return self.proved > self.began and _within(now - self.proved, CHANGES)


def id_of(secret: str) -> bytes:
    """Return the name under which a secret's session, or browser, is kept."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_of(secret: str) -> str:
    """Return the word that only a session's own pages know; it opens nothing by itself."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def _within(age: float, most: Seconds) -> bool:
    return -_CLOCKS_APART <= age <= most
