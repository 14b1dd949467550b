"""Moves the console's files out of the gateway's folders, as an older version left them there.

The console faces strangers and has a user of its own: its certificate and its accounts lie in
folders of that user's.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from gateway.config.settings import GatewaySettings
from gateway.trust.address import with_value
from gateway.trust.bootstrap_plan import console_state
from service import owners
from service.files import read_whole, remove, write_whole
from service.folder import make_folder
from service.owners import acting_for
from service.settings import load

FOLDER: Final = "console"
"""Beside the settings, of its certificate and key."""
OPEN_FOLDER: Final = 0o755
STATE_MODE: Final = 0o750
_OPEN: Final = 0o644
_SECRET: Final = 0o600


class Moved(NamedTuple):
    """A file that lies elsewhere now."""

    old: Path
    new: Path


class _Move(NamedTuple):
    """A setting, whose file is to lie at `new`; `written` is how the settings say so."""

    table: str
    name: str
    old: Path
    new: Path
    written: str
    mode: int


def move_console(config: Path) -> list[Moved]:
    """Move what lies in a folder of the gateway's; it may be asked for again.

    Raises SettingsError, OSError or sqlite3.Error.
    """
    moves = list(_moves(load(config, GatewaySettings), config.resolve().parent))
    # Copies first, then the settings that name them: an interrupted move is begun anew.
    for each in moves:
        make_folder(each.new.parent, OPEN_FOLDER if each.mode == _OPEN else None)
        owners.give_one(each.new.parent, owners.CONSOLE)
        write_whole(each.new, _content(each), each.mode)
    text = config.read_text("utf-8")
    for each in moves:
        text = with_value(text, each.table, each.name, each.written)
        if json.dumps(each.written) not in text:
            line = f'{each.name} = "{each.written}" into [{each.table}] of {config}'
            raise OSError(f"write {line}, then again")
    if moves:
        write_whole(config, text.encode(), mode=None)
    for each in moves:
        remove(each.old)
    return [Moved(each.old, each.new) for each in moves]


def _moves(settings: GatewaySettings, folder: Path) -> Iterator[_Move]:
    console, accounts, state = settings.console, settings.accounts, settings.store.path.parent
    own = settings.mqtt.key.parent if settings.mqtt.key else None
    if console and console.cert and console.key and own == console.key.parent != folder:
        for name, path, mode in (("cert", console.cert, _OPEN), ("key", console.key, _SECRET)):
            new = folder / FOLDER / path.name
            yield _Move("console", name, path, new, f"{FOLDER}/{path.name}", mode)
    if accounts and accounts.path.parent == state and accounts.path.exists():
        new = console_state(state) / accounts.path.name
        yield _Move("accounts", "path", accounts.path, new, str(new), _SECRET)


def _content(move: _Move) -> bytes:
    if move.table != "accounts":
        return read_whole(move.old)
    with acting_for(move.old.parent), closing(sqlite3.connect(move.old)) as db:
        return db.serialize()
