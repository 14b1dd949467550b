"""The shared secrets of a Standard Webhooks signature, as they stand in a file.

One on each line: one, or several while an old one is being replaced.  Both sides of a signature
read them here, so that both accept the same texts as secrets.
"""

import base64
import binascii
import errno
from pathlib import Path
from typing import Final

from service.textfile import NoTextError, read_text_file

# Standard Webhooks: 24 to 64 random bytes, written as whsec_ and base64.
_BYTES: Final = range(24, 65)
_PREFIX: Final = "whsec_"
# Two are a change of secrets; more only make each signature dearer to verify.
MOST: Final = 4
_NOT_A_FILE: Final = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)


def read_secrets(path: Path) -> list[str]:
    """Return what stands in the file at `path`, one from each line that is not empty.

    Raises OSError, also for a file that holds no text.
    """
    return _read(path).split()


def read_password(path: Path) -> str:
    """Return the first line of the file at `path`; raises OSError as above."""
    return _read(path).strip().partition("\n")[0].strip()


def fault_of_secrets(path: Path) -> str | None:
    """Say what is wrong with the secrets in the file at `path`, without one; None if nothing is."""
    try:
        secrets = read_secrets(path)
    except OSError as error:
        return unreadable(path, error)
    if not 1 <= len(secrets) <= MOST:
        return f"{path} must hold 1 to {MOST} secrets, one on each line"
    if not all(_is_secret(secret) for secret in secrets):
        return f"{path} must hold {_PREFIX} and the base64 of 24 to 64 random bytes"
    return None


def unreadable(path: Path, error: OSError) -> str:
    """Say why the file at `path` could not be read, by what reading it raised.

    A file that is not there is not named: a secret may stand where its name belongs.
    """
    if error.errno in _NOT_A_FILE:
        return "there is no such file (give a file's name here, never a secret)"
    if isinstance(error.__cause__, NoTextError):
        return f"{path} {error.strerror}"
    return f"{path} cannot be read: {error.strerror or error}"


def _read(path: Path) -> str:
    try:
        return read_text_file(path).text
    except NoTextError as error:
        raise OSError(errno.EINVAL, str(error), str(path)) from error


def _is_secret(text: str) -> bool:
    if not text.startswith(_PREFIX):
        return False
    try:
        found = base64.b64decode(text.removeprefix(_PREFIX) + "==", validate=False)
    except binascii.Error:
        return False
    return len(found) in _BYTES
