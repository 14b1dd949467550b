"""The shared secrets of a Standard Webhooks signature, as they stand in a file.

One on each line: one, or several while an old one is being replaced.  Both sides of a signature
read them here, so that what one calls a secret the other does too.
"""

import base64
import binascii
from pathlib import Path
from typing import Final

# Standard Webhooks: 24 to 64 random bytes, written as whsec_ and base64.
_BYTES: Final = range(24, 65)
_PREFIX: Final = "whsec_"
# Two are a change of secrets; more only make each signature dearer to verify.
MOST: Final = 4


def read_secrets(path: Path) -> list[str]:
    """Return what stands in the file at `path`, one from each line that is not empty."""
    return path.read_text(encoding="utf-8", errors="replace").split()


def fault_of_secrets(path: Path) -> str | None:
    """Say what is wrong with the secrets in the file at `path`, without one; None if nothing is."""
    secrets = read_secrets(path)
    if not 1 <= len(secrets) <= MOST:
        return f"{path} must hold 1 to {MOST} secrets, one on each line"
    if not all(_is_secret(secret) for secret in secrets):
        return f"{path} must hold {_PREFIX} and the base64 of 24 to 64 random bytes"
    return None


def _is_secret(text: str) -> bool:
    if not text.startswith(_PREFIX):
        return False
    try:
        found = base64.b64decode(text.removeprefix(_PREFIX) + "==", validate=False)
    except binascii.Error:
        return False
    return len(found) in _BYTES
