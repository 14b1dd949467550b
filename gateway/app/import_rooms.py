"""The command `import-rooms`: takes a school's list of rooms into the register."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from gateway.config.load import accept_register, register_in
from gateway.config.register import parse_register, read_rooms
from gateway.config.revoked import read_revoked
from gateway.config.room_list.changes import Changes, compare
from gateway.config.room_list.columns import COLUMNS
from gateway.config.room_list.listed import RoomList, read_list
from gateway.config.settings import GatewaySettings
from gateway.config.sheet import Row, Sheet
from service import exits
from service.files import write_whole
from service.settings import Fault, SettingsError, read_file
from wire.clean import clean
from wire.ids import UnitId

_BEFORE: Final = "{}.before-import"


def import_rooms(
    settings: GatewaySettings, config: Path, path: Path, columns: Sequence[str], is_sure: bool
) -> int:
    """Show what the list at `path` changes in the register, ask, and write it.

    `columns` says what headings mean ("Raum=room"); `is_sure`: nobody is asked.  Raises OSError or
    SettingsError, and then nothing was changed.
    """
    if settings.standby and settings.standby.authority:
        print("the register is the first gateway's: import the list there", file=sys.stderr)
        return exits.PROBLEM
    file = read_file(path)
    found, faults = read_list(file.text, _said(columns, path))
    _told(found, file.form.codec)
    rooms = settings.site.rooms
    before = _register(rooms)
    changes, more = compare(before, found.rows, _revoked(settings))
    if faults or more:
        raise SettingsError(path, sorted([*faults, *more], key=lambda fault: fault.line or 0))
    _show(changes)
    if changes.is_none:
        return exits.GOOD
    if not (is_sure or _confirms()):
        print("nothing was changed; --yes writes it without a question", file=sys.stderr)
        return exits.PROBLEM
    _write(settings, config, changes)
    return exits.GOOD


def _said(columns: Sequence[str], path: Path) -> Mapping[str, str]:
    said = {}
    for each in columns:
        heading, _, ours = each.rpartition("=")
        if not heading or ours.strip().lower() not in COLUMNS:
            words = (
                f"--column {clean(each)}: write HEADING=COLUMN; columns are {', '.join(COLUMNS)}"
            )
            raise SettingsError(path, [Fault(None, "", words)])
        said[heading.strip()] = ours.strip().lower()
    return said


def _told(found: RoomList, codec: str) -> None:
    """Say how the list was read."""
    separator = {"\t": "tabs", ",": "commas", ";": "semicolons"}.get(found.separator, "others")
    print(f"read in {codec}, with {separator} between columns")
    for heading, ours in found.head.read.items():
        print(f'  "{clean(heading)}" is {ours}')
    for heading in found.head.unread:
        print(f'  "{clean(heading)}" is left out (--column "{clean(heading)}=…" takes it)')


def _register(rooms: Path) -> Sheet:
    """Return the register as it is, empty if there is none; raises SettingsError."""
    text = read_file(rooms).text if rooms.exists() else ""
    if not text.strip():
        return Sheet([], [], ",", {}, [])
    if faults := parse_register(text)[1]:
        raise SettingsError(rooms, faults)
    return read_rooms(text)[0]


def _revoked(settings: GatewaySettings) -> frozenset[UnitId]:
    trust = settings.trust
    return read_revoked(trust.revoked) if trust and trust.revoked else frozenset()


def _show(changes: Changes) -> None:
    for line in _lines(changes):
        print(line)
    print(
        f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.gone)} gone,"
        f" {changes.same + len(changes.staying)} as before"
    )


def _lines(changes: Changes) -> Iterator[str]:
    for row in changes.added:
        yield f"+ {_room(row)}"
    for room, cells in changes.changed:
        words = (
            f"{name}: {clean(old) or '-'} → {clean(new) or '-'}"
            for name, (old, new) in cells.items()
        )
        yield f"~ {clean(room)}  {'; '.join(words)}"
    for row in changes.gone:
        yield f"- {_room(row)}"
    for row in changes.staying:
        room, unit = clean(row.cells["room"]), clean(row.cells["unit"])
        yield f"= {room}  stays, though it is not in the list: its unit {unit} hangs there"


def _room(row: Row) -> str:
    parts = (row.cells.get(name, "") for name in COLUMNS)
    return "  ".join(filter(None, map(clean, parts)))


def _confirms() -> bool:
    try:
        return input("Write this into the register? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _write(settings: GatewaySettings, config: Path, changes: Changes) -> None:
    """Write the register whole, and beside it what it was."""
    rooms = settings.site.rooms
    register = register_in(settings, rooms, changes.text)
    before = rooms.with_name(_BEFORE.format(rooms.name))
    content = changes.text.encode()
    if rooms.exists():
        content = read_file(rooms).form.encode(changes.text)
        write_whole(before, rooms.read_bytes())
    write_whole(rooms, content, mode=None)
    accept_register(settings, config)
    print(f"{rooms} has {len(register.by_room)} rooms; {before.name} is what it was")
    print("A gateway that runs takes it within seconds, or says the trouble `settings`.")
    if bare := [room for room, entry in register.by_room.items() if entry.unit is None]:
        print(f"{len(bare)} have no unit yet: tocsin-gateway enrol --all --config {config}")
