"""Passwords: made, kept as argon2id hashes (RFC 9106) alone, and compared."""

import secrets
from collections.abc import Callable
from typing import Final, NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PasswordHash = NewType("PasswordHash", str)
"""What is kept of a password."""

# NIST SP 800-63B-4, 3.1.1.2: at least 15 characters where the password is the only factor; the
# upper bound is ours, so that nobody makes us hash megabytes.
LENGTH: Final = range(15, 201)
# Of a random password that was not stored: an unknown name takes as long as a known one.
NOBODY: Final = PasswordHash(
    "$argon2id$v=19$m=65536,t=3,p=4$V76i2Zn9meQqmtvfAiRx3w$"
    "mV8JyXG3ZEY10jOnl/fjGphNyut4KANpFnONNjZ3qd0"
)
_HASHER: Final = PasswordHasher()
_LETTERS: Final = "23456789abcdefghijkmnpqrstuvwxyz"


def hashed(password: str) -> PasswordHash:
    """Return what is kept of a password."""
    return PasswordHash(_HASHER.hash(password))


def fits(password: str, kept: PasswordHash) -> bool:
    """True if `kept` is of that password; takes a tenth of a second, also where it is not."""
    try:
        return _HASHER.verify(kept, password[: LENGTH.stop])
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: PasswordHash) -> bool:
    """True if a hash was made with less work than one made today."""
    return _HASHER.check_needs_rehash(kept)


def new_password(choose: Callable[[int], int] = secrets.randbelow, groups: int = 5) -> str:
    """Return 20 bits a group that can be read out and typed, four characters each."""
    return "-".join("".join(_LETTERS[choose(32)] for _ in range(4)) for _ in range(groups))
