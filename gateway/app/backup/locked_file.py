"""The file of a backup, locked by `age`: a tar of `key.age` and `contents.age`.

The contents are locked to a key that was made for this file alone, and that key by a passphrase or
to recipients.  So what was written can be read back at once, also where only somebody elsewhere can
open it; and the programs `tar` and `age` open it without us.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Final, Protocol

import pyrage
from pyrage.x25519 import Identity

from gateway.app.backup.errors import BackupError
from service.files import remove
from service.folder import opened, readable

KEY: Final = "key.age"
CONTENTS: Final = "contents.age"
_BLOCK: Final = tarfile.BLOCKSIZE
_LARGEST_KEY: Final = 10_000
_PART: Final = 1 << 20
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

Lock = Callable[[bytes], bytes]
"""Locks, or unlocks, the key of one backup."""


class _Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...


def by_passphrase(passphrase: str) -> Lock:
    """Return what locks by a passphrase."""
    return lambda key: pyrage.passphrase.encrypt(key, passphrase)


def to_recipients(recipients: Iterable[str]) -> Lock:
    """Return what locks to the holders of these keys, `age1…`; raises BackupError."""
    try:
        known = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
    except pyrage.RecipientError as error:
        raise BackupError(f"the recipient is no key of age, age1…: {error}") from error
    return lambda key: pyrage.encrypt(key, known)


def with_passphrase(passphrase: str) -> Lock:
    """Return what unlocks by a passphrase."""
    return lambda locked: pyrage.passphrase.decrypt(locked, passphrase)


def with_identities(path: Path) -> Lock:
    """Return what unlocks by the keys in the file at `path`, as `age-keygen` writes it."""
    try:
        lines = [line.strip() for line in path.read_text("ascii").splitlines()]
        keys = [Identity.from_str(x) for x in lines if x and x[0] != "#"]
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise BackupError(f"{path} holds no key of age, AGE-SECRET-KEY-1…") from error
    return lambda locked: pyrage.decrypt(locked, keys)


def write_locked(path: Path, contents: IO[bytes], lock: Lock) -> None:
    """Put the contents into a new file at `path`, read it back, and compare.

    Nothing is at `path` until that is done.  Raises BackupError or OSError.
    """
    key = Identity.generate()
    part = path.with_name(f".{path.name}.part")
    remove(part)
    try:
        with opened(path.parent) as folder:
            with os.fdopen(os.open(part.name, _NEW, 0o600, dir_fd=folder), "w+b") as file:
                _write(file, lock(str(key).encode()), contents, key)
                file.flush()
                os.fsync(file.fileno())
                # What is read back is to come from the disk.
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            _compare(part, contents, key)
            os.link(part.name, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            with readable(folder) as listed:
                os.fsync(listed)
    except FileExistsError:
        raise BackupError(f"{path} is there already: give a new name") from None
    finally:
        remove(part)


def read_locked(path: Path, unlock: Lock, into: _Sink) -> None:
    """Write what is locked in the file at `path` `into` a file; raises BackupError or OSError."""
    try:
        with tarfile.open(path, "r:") as outer:
            key = _identity(_member(outer, KEY).read(_LARGEST_KEY), unlock, path)
            _decrypt(_member(outer, CONTENTS), into, key)
    except (tarfile.TarError, KeyError, pyrage.DecryptError) as error:
        raise BackupError(
            f"{path} is cut, damaged, or no backup of Tocsin; take another copy of it"
        ) from error


def _identity(locked: bytes, unlock: Lock, path: Path) -> Identity:
    try:
        return Identity.from_str(unlock(locked).decode("ascii"))
    except (pyrage.DecryptError, ValueError) as error:
        raise BackupError(
            f"{path} is not opened by this passphrase or key; it is locked by another one"
        ) from error


def _write(file: IO[bytes], locked: bytes, contents: IO[bytes], key: Identity) -> None:
    file.write(_head(KEY, len(locked)) + locked + _fill(len(locked)))
    at = file.tell()
    # The size stands before the contents, and is known after them.
    file.write(bytes(_BLOCK))
    contents.seek(0)
    pyrage.encrypt_io(contents, file, [key.to_public()])
    size = file.seek(0, os.SEEK_END) - at - _BLOCK
    file.write(_fill(size) + bytes(2 * _BLOCK))
    file.seek(at)
    file.write(_head(CONTENTS, size))


def _compare(path: Path, contents: IO[bytes], key: Identity) -> None:
    read, meant = _Sum(), _Sum()
    read_locked(path, lambda _: str(key).encode(), read)
    contents.seek(0)
    while part := contents.read(_PART):
        meant.write(part)
    if read.digest() != meant.digest():
        raise BackupError(f"{path} was not read back as it was written: its disk is damaged")


class _Sum:
    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()

    def write(self, data: bytes, /) -> int:
        self._sha256.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits to be written."""

    def digest(self) -> bytes:
        return self._sha256.digest()


def _decrypt(locked: io.BufferedIOBase, into: _Sink, key: Identity) -> None:
    try:
        pyrage.decrypt_io(locked, into, [key])
    except OSError as error:
        # Of the disk's own errors each has a number.
        if error.errno is None:
            raise pyrage.DecryptError(str(error)) from error
        raise


def _member(outer: tarfile.TarFile, name: str) -> io.BufferedIOBase:
    found = outer.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found  # type: ignore[return-value]


def _head(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


def _fill(size: int) -> bytes:
    return bytes(-size % _BLOCK)
