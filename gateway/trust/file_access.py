"""Which user each file of a gateway belongs to, and who else may read it.

The settings are root's, in a folder of root's, and read through a group: no service writes what
another one believes.  Authority and broker have folders of their own (bootstrap.py), and so have
the register and the gateway's identities, which the gateway changes while it runs.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from gateway.config.console_process import folder_of_actions
from gateway.config.register_files import CAMERAS as CAMERAS_ON_PLAN
from gateway.config.settings import GatewaySettings
from gateway.trust.address import with_value
from gateway.trust.console_files import FOLDER, STATE_MODE, Moved, move_console
from gateway.trust.old_frames import remove_old_frames
from service import owners
from service.files import write_whole
from service.folder import make_folder
from service.settings import load

REGISTER: Final = "register"
_FOLDER_MODE: Final = 0o755
_SETTINGS_MODE: Final = 0o640
_SECRET_MODE: Final = 0o600
_OPEN_MODE: Final = 0o644
_SHARED_FOLDER_MODE: Final = 0o770


class Access(NamedTuple):
    """One file or folder: `user` may what the owner's bits of `mode` say, `group` the group's."""

    path: Path
    user: str
    group: str
    mode: int


def accesses(settings: GatewaySettings, config: Path) -> Iterator[Access]:
    """Yield what the settings at `config`, and what they name beside them, must be like."""
    yield Access(config.parent, owners.ROOT, owners.ROOT, _FOLDER_MODE)
    yield Access(config, owners.ROOT, owners.SETTINGS, _SETTINGS_MODE)
    for camera in settings.camera:
        if camera.password_file and camera.password_file.is_file():
            yield Access(camera.password_file, owners.CAMERAS, owners.CAMERAS, _SECRET_MODE)
    # The console reads what the gateway keeps, as a member of its group.
    yield Access(settings.store.path.parent, owners.GATEWAY, owners.GATEWAY, STATE_MODE)
    yield from _of_console(settings, config)
    if settings.metrics:
        for secret in (settings.metrics.key, settings.metrics.token_file):
            if secret and not secret.is_symlink():
                yield Access(secret, owners.MONITOR, owners.MONITOR, _SECRET_MODE)
    if settings.notices:
        yield Access(settings.notices.people, owners.NOTICES, owners.NOTICES, _SECRET_MODE)
        folder = settings.notices.path.parent
        if folder != settings.store.path.parent:
            _make(folder)
            # Console and gateway read what was told, as members of this group.
            yield Access(folder, owners.NOTICES, owners.NOTICES, STATE_MODE)


def _of_console(settings: GatewaySettings, config: Path) -> Iterator[Access]:
    console, accounts = settings.console, settings.accounts
    files: list[tuple[Path | None, int]] = []
    if console:
        files += [(console.cert, _OPEN_MODE), (console.key, _SECRET_MODE)]
    if accounts:
        files.append((accounts.path, _SECRET_MODE))
        if accounts.path.parent != settings.store.path.parent:
            yield Access(accounts.path.parent, owners.CONSOLE, owners.CONSOLE, STATE_MODE)
            actions = folder_of_actions(accounts, settings.store)
            _make(actions)
            # The gateway takes away what it has taken up, as a member of this group.
            yield Access(actions, owners.CONSOLE, owners.CONSOLE, _SHARED_FOLDER_MODE)
    if (own := config.parent / FOLDER).is_dir():
        yield Access(own, owners.CONSOLE, owners.CONSOLE, _FOLDER_MODE)
    for path, mode in files:
        # A link leads to a certificate that somebody else renews.
        if path and path.is_file() and not path.is_symlink():
            yield Access(path, owners.CONSOLE, owners.CONSOLE, mode)


def give_access(config: Path) -> list[Moved]:
    """Bring the gateway whose settings are at `config` to what is said here.

    One of an older version is carried over: its register and what is the console's move into
    folders of their own.  Returns what was moved.  Raises SettingsError, OSError or sqlite3.Error;
    it may be asked for again.
    """
    moved = [*_move_register(config), *move_console(config)]
    settings = load(config, GatewaySettings)
    faults = [fault for each in accesses(settings, config) if (fault := _fault_of(each))]
    remove_old_frames(settings.frames.directory)
    if faults:
        raise OSError("; ".join(faults))
    return moved


def _make(folder: Path) -> None:
    """What stands in its place is told when it is given to its user."""
    with suppress(OSError):
        make_folder(folder)


def _fault_of(access: Access) -> str:
    """Give one file to its user; return why not: the others are given all the same."""
    try:
        owners.allow(*access)
    except OSError as error:
        return f"{access.path}: {error.strerror}"
    return ""


def _move_register(config: Path) -> list[Moved]:
    """Move the register out of the folder of the settings, where only root writes."""
    rooms = load(config, GatewaySettings).site.rooms
    if rooms.parent != config.resolve().parent:
        return []
    folder = rooms.parent / REGISTER
    make_folder(folder, _FOLDER_MODE)
    there = [each for each in (rooms, rooms.with_name(CAMERAS_ON_PLAN)) if each.exists()]
    # Copies first, then the settings that name them: an interrupted move is begun anew.
    for path in there:
        write_whole(folder / path.name, path.read_bytes(), 0o644)
    owners.give(folder, owners.GATEWAY)
    text = with_value(config.read_text("utf-8"), "site", "rooms", f"{REGISTER}/{rooms.name}")
    if json.dumps(f"{REGISTER}/{rooms.name}") not in text:
        raise OSError(
            f'write rooms = "{REGISTER}/{rooms.name}" into [site] of {config}, then again'
        )
    write_whole(config, text.encode(), mode=None)
    for path in there:
        path.unlink()
    return [Moved(path, folder / path.name) for path in there]
