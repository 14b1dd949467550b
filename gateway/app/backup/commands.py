"""The commands `backup` and `restore`, for root at a gateway's terminal."""

import getpass
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from gateway.app.backup.archive import read_manifest, write_archive
from gateway.app.backup.contents import contents_of
from gateway.app.backup.errors import BackupError
from gateway.app.backup.locked_file import (
    by_passphrase,
    read_locked,
    to_recipients,
    with_identities,
    with_passphrase,
    write_locked,
)
from gateway.app.backup.restore import path_of_config, restore
from gateway.config.services import services_of
from gateway.config.settings import GatewaySettings
from service import exits
from service.settings import load
from wire.ids import Wall

_SHORTEST: Final = 12
_NEXT: Final = """
It stands as on {made_at}; what came later is not in it:
  units revoked since are trusted again: tocsin-gateway revoke UNIT --config {config}
  units that joined since have to join again: tocsin-gateway enrol ROOM --config {config}
  passwords are those of then, and accounts removed since are there again
  incidents closed since are open again: close them
Receivers take its reports as newer than all before; open codes and sessions have ended.
Recovery codes open nothing any more, for used ones would be good again: people make new ones on
their account's page; for who has lost the second factor:
  tocsin-gateway account NAME --reset-codes --config {config}
Next:
  1. If this machine has another address: tocsin-gateway set-address ADDRESS --config {config}
  2. systemctl enable --now {services}
  3. tocsin-gateway doctor --config {config}"""


def make_backup(
    settings: GatewaySettings, config: Path, to: Path, recipients: Sequence[str], pictures: bool
) -> int:
    """Write all that the gateway is into a new file, locked; returns the exit code."""
    try:
        if to.exists():
            raise BackupError(f"{to} is there already: give a new name")
        lock = to_recipients(recipients) if recipients else by_passphrase(_new_passphrase())
        contents = contents_of(settings, config, pictures)
        with _workplace() as (work, archive):
            write_archive(contents, config, Wall(time.time()), work, archive)
            write_locked(to, archive, lock)
    except (BackupError, OSError) as error:
        print(f"no backup was made: {error}", file=sys.stderr)
        return exits.PROBLEM
    size = to.stat().st_size / 1_000_000
    print(f"{to}: {len(contents.files)} files, {size:.1f} MB, read back and compared")
    if not pictures:
        print("pictures of incidents are not in it; --pictures takes them along")
    return exits.GOOD


def restore_backup(path: Path, identity: Path | None, only_check: bool) -> int:
    """Put the gateway in the backup at `path` onto this machine; returns the exit code."""
    try:
        unlock = with_identities(identity) if identity else with_passphrase(_passphrase())
        with _workplace() as (_, archive):
            read_locked(path, unlock, archive)
            with _opened(archive, path) as inside:
                return _checked(inside) if only_check else _restored(inside)
    except (BackupError, OSError) as error:
        print(f"nothing was restored: {error}", file=sys.stderr)
        return exits.PROBLEM


def _checked(inside: tarfile.TarFile) -> int:
    manifest = read_manifest(inside)
    print(f"whole: {len(manifest.files)} files of {manifest.made_at}, by {manifest.version}")
    return exits.GOOD


def _restored(inside: tarfile.TarFile) -> int:
    manifest = restore(inside)
    config = path_of_config(manifest)
    print(f"restored {len(manifest.files)} files of the gateway at {config}")
    services = " ".join(services_of(load(config, GatewaySettings)))
    print(_NEXT.format(made_at=manifest.made_at, config=config, services=services))
    return exits.GOOD


@contextmanager
def _workplace() -> Iterator[tuple[Path, IO[bytes]]]:
    """Yield a folder and a file that only we can read, on a disk, which end with the block."""
    with (
        tempfile.TemporaryDirectory(dir="/var/tmp", prefix="tocsin-") as work,
        Path(work, "archive").open("w+b") as archive,
    ):
        yield Path(work), archive


@contextmanager
def _opened(archive: IO[bytes], path: Path) -> Iterator[tarfile.TarFile]:
    archive.seek(0)
    try:
        with tarfile.open(fileobj=archive, mode="r:") as inside:
            yield inside
    except tarfile.TarError as error:
        raise BackupError(f"{path} holds no archive of Tocsin: {error}") from error


def _new_passphrase() -> str:
    passphrase = _passphrase()
    if len(passphrase) < _SHORTEST:
        raise BackupError(f"a passphrase has at least {_SHORTEST} characters")
    if sys.stdin.isatty() and getpass.getpass("The same once more: ") != passphrase:
        raise BackupError("the two passphrases differ")
    return passphrase


def _passphrase() -> str:
    """Return what is typed, or the first line of standard input: never an argument."""
    if sys.stdin.isatty():
        return getpass.getpass("Passphrase of the backup: ")
    return sys.stdin.readline().rstrip("\r\n")
