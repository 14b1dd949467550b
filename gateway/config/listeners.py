"""The file of the school's listeners: on each line a name, and what it hears.

`tocsin-gateway enrol --listener` writes it; the broker's supervisor and the authority each read it
by themselves.  A line that cannot be meant gives nobody a right, and takes none from the others.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from service.files import write_whole
from service.textfile import NoTextError, read_text_file
from wire.ids import NAME, UnitId
from wire.topics import HEARINGS, Hearing

Listeners = Mapping[UnitId, tuple[Hearing, ...]]


def read_listeners(path: Path) -> dict[UnitId, tuple[Hearing, ...]]:
    """Return who hears what by the file at `path`; nobody if it is not there or cannot be read."""
    try:
        lines = read_text_file(path).text.splitlines()
    except (OSError, NoTextError):
        return {}
    found = {}
    for line in lines:
        name, _, words = line.strip().partition(" ")
        hears = hearings(words.split(","))
        if NAME.fullmatch(name) and hears:
            found[UnitId(name)] = hears
    return found


def hearings(words: Iterable[str]) -> tuple[Hearing, ...]:
    """Return what is meant by `words`, in one order; nothing if one of them means nothing."""
    asked = {word.strip() for word in words}
    return tuple(each for each in HEARINGS if each in asked) if asked <= {*HEARINGS} else ()


def write_listeners(path: Path, listeners: Listeners) -> None:
    """Write the file at `path` whole, for all to read; raises OSError."""
    lines = (f"{name} {','.join(hears)}\n" for name, hears in sorted(listeners.items()))
    write_whole(path, "".join(lines).encode(), 0o644)
