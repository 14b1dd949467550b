"""The code by which a new unit joins: one use of an enrolment window, and whom to trust.

Six groups of four letters, `k7pm-4rtx-…`: which window (2), its secret (6), and the first 80 bits
of the SHA-256 of the authority's certificate (16), so that typing it in verifies it.
"""

import base64
import secrets
from collections.abc import Callable
from typing import Final, NamedTuple

from wire.errors import WireError

# RFC 4648's base 32 in letters that cannot be taken for one another.
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
_FROM_RFC: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _ALPHABET)
_WINDOW: Final = 2
_SECRET: Final = 6
_MARK: Final = 16
_FILE_MARK: Final = "\ufeff"  # how some programs begin a file
_LENGTH: Final = _WINDOW + _SECRET + _MARK


class JoinCode(NamedTuple):
    """What a code says; `mark` is the beginning of the authority's fingerprint."""

    window: str
    secret: str
    mark: str

    def __str__(self) -> str:
        letters = "".join(self)
        return "-".join(letters[at : at + 4] for at in range(0, _LENGTH, 4))


def new_code(sha256: bytes, choose: Callable[[int], int] = secrets.randbelow) -> JoinCode:
    """Return a code that nobody can guess, for the authority with that fingerprint."""
    letters = "".join(_ALPHABET[choose(len(_ALPHABET))] for _ in range(_WINDOW + _SECRET))
    return JoinCode(letters[:_WINDOW], letters[_WINDOW:], mark_of(sha256))


def mark_of(sha256: bytes) -> str:
    """Return the beginning of a fingerprint as a code shows it."""
    return base64.b32encode(sha256[:10]).decode("ascii").translate(_FROM_RFC)


def read_code(text: str) -> JoinCode:
    """Read a code as a person types it, or as a file of theirs holds it; raises WireError."""
    letters = "".join(text.lower().strip(_FILE_MARK).replace("-", " ").split())
    if len(letters) != _LENGTH or set(letters) - set(_ALPHABET):
        raise WireError("a code has six groups of four letters; 0, 1, l and o are none of them")
    secret = letters[_WINDOW : _WINDOW + _SECRET]
    return JoinCode(letters[:_WINDOW], secret, letters[_WINDOW + _SECRET :])
