"""Copies the register of the first gateway to a second one.  The first gateway's wins.

What somebody changed here since the last copy is set aside, beside the file, and is a trouble until
it is taken away.  Numbers of rooms that only this gateway knows stay, as long as they are free.
The copy then counts by the rules for any register: with a fault, or with rooms lost, the one that
last was good stays in use.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gateway.config.register import parse_register
from gateway.config.register_files import (
    LARGEST,
    RegisterFiles,
    RegisterPaths,
    from_text,
    register_paths,
)
from gateway.config.settings import USUAL_CONFIG, GatewaySettings
from gateway.config.standby import StandbySettings
from service.files import read_whole, write_whole
from service.identity import key_in, request_for
from service.renewal import AuthorityError, ask
from service.textfile import decode

_OPEN: Final = 0o644
# Base 64, and the words around it.
_LARGEST_ANSWER: Final = LARGEST * 4 // 3 + 10_000
_ASIDE: Final = "{}.edited-here"


class CopyError(Exception):
    """The register could not be copied; the words say why.  What is here stays."""


class RegisterCopy:
    """The register here, as a copy of that of the gateway which `standby` names."""

    def __init__(self, paths: RegisterPaths, store: Path, standby: StandbySettings) -> None:
        self._paths = paths
        self._last = store.with_suffix(".copied")
        self._standby = standby

    def update(self) -> list[Path]:
        """Ask the first gateway, and write what differs; returns the files written.

        Raises CopyError.
        """
        try:
            here = self._paths.read()
            told = self._ask(here)
            if told is not None:
                return self._take(_checked(told), here)
            self._remember(here)
            return []
        except (AuthorityError, OSError, ValueError) as error:
            raise CopyError(str(error)) from error

    def set_aside(self) -> list[Path]:
        """Return what was changed here by hand and set aside, as long as it lies there."""
        return [path for path in map(_aside, self._paths) if path.exists()]

    def _ask(self, here: RegisterFiles) -> RegisterFiles | None:
        primary = self._standby.primary
        if not (primary.ca and primary.cert and primary.key):
            raise ValueError(
                "[standby.primary] has no certificate: join again by a code of the first gateway"
                f" (there: `tocsin-gateway enrol --standby --config {USUAL_CONFIG}`)"
            )
        asked = {
            "certificate": primary.cert.read_text("ascii"),
            "request": request_for(key_in(primary.key)).decode("ascii"),
            "known": here.digest,
        }
        url = f"{self._standby.authority.rstrip('/')}/register"
        answer = ask(url, primary.ca, asked, _LARGEST_ANSWER)
        return from_text(answer["files"]) if "files" in answer else None

    def _take(self, there: RegisterFiles, here: RegisterFiles) -> list[Path]:
        zones = _merged(there.zones, here.zones)
        wanted = there._replace(zones=zones)
        last = _digests_in(self._last)
        written = []
        # The register comes last: what is read again because of it finds the rest in place.
        for name in ("zones", "cameras", "rooms"):
            path, old, new = (getattr(each, name) for each in (self._paths, here, wanted))
            if new == old:
                continue
            if name != "zones" and _is_somebodys(old) and last.get(name) != _digest(old):
                write_whole(_aside(path), old, _OPEN)
            write_whole(path, new, _OPEN)
            written.append(path)
        self._remember(wanted)
        return written

    def _remember(self, files: RegisterFiles) -> None:
        """What is here now is a copy: whatever differs from it one day, somebody changed."""
        digests = {name: _digest(content) for name, content in files._asdict().items()}
        if digests != _digests_in(self._last):
            write_whole(self._last, json.dumps(digests).encode(), _OPEN)


def copy_of(settings: GatewaySettings) -> RegisterCopy | None:
    """Return the copy that a second gateway keeps; None for a first one."""
    standby = settings.standby
    if standby is None or not standby.authority:
        return None
    store = settings.store.path
    return RegisterCopy(register_paths(settings.site.rooms, store), store, standby)


def _checked(files: RegisterFiles) -> RegisterFiles:
    """Raise ValueError for a register that no gateway could use."""
    _, faults = parse_register(decode(files.rooms).text)
    if faults:
        raise ValueError(f"rooms.csv of the first gateway has a fault: {faults[0]}")
    _numbers(files.zones)
    return files


def _merged(there: bytes, here: bytes) -> bytes:
    """Return the zones of the first gateway, and ours of rooms that it does not name."""
    given = _numbers(there)
    try:
        ours = _numbers(here)
    except ValueError:
        ours = {}
    taken = {*given.values()}
    own = {room: zone for room, zone in ours.items() if room not in given and zone not in taken}
    return json.dumps({**given, **own}, ensure_ascii=False, indent=1).encode() if own else there


def _numbers(zones: bytes) -> Mapping[str, int]:
    found = json.loads(zones) if zones else {}
    if not isinstance(found, dict) or not all(isinstance(zone, int) for zone in found.values()):
        raise ValueError("the zones of the first gateway cannot be read")
    return found


def _is_somebodys(content: bytes) -> bool:
    """Whether there is more than the line of headings that `init` writes."""
    return len(content.splitlines()) > 1


def _digests_in(path: Path) -> Mapping[str, str]:
    try:
        found = json.loads(read_whole(path))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _aside(path: Path) -> Path:
    return path.with_name(_ASIDE.format(path.name))
