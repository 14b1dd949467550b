"""Codes that change every 30 s (RFC 6238), by pyotp: which step a code is of."""

import hmac
from typing import Final

import pyotp

from wire.ids import Wall

_STEP_S: Final = 30
# A telephone's clock may be a step behind or ahead.
_STEPS: Final = (0, -1, 1)


def new_secret() -> str:
    """Return a secret of 160 bits, as authenticator apps take it."""
    return pyotp.random_base32()


def uri_of(secret: str, name: str, issuer: str) -> str:
    """Return the address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, code: str, now: Wall) -> int | None:
    """Return the step that `code` belongs to, if it is one of about `now`; None if it is none."""
    totp, step = pyotp.TOTP(secret), int(now) // _STEP_S
    known = (step + apart for apart in _STEPS)
    return next(
        (each for each in known if hmac.compare_digest(totp.generate_otp(each), code)), None
    )
