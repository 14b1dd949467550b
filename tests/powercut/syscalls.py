"""What a process did to its files, in the order in which it did it: strace, read back as values.

A call that is under way counts against the process: a write from its start, a sync from its end, an
acknowledgement from its start.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.waiting import patience

_CALLS: Final = (
    "openat,write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat"
)
# Beyond the longest write of the databases; what is cut off is a file of no interest here.
_LONGEST: Final = 70_000
_LINE: Final = re.compile(r"(\d+) +(\w+)\((.*)")
_RESUMED: Final = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)")
_UNFINISHED: Final = " <unfinished ...>"
_TEXT: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_FILE: Final = re.compile(r"\d+<([^>]*)>")
_RESULT: Final = re.compile(r"= (-?\d+)")


class Made(NamedTuple):
    """A file of this name was opened, and made if it was not there."""

    path: str


class Written(NamedTuple):
    """Bytes were handed to the kernel."""

    path: str
    at: int
    data: bytes


class Cut(NamedTuple):
    """The file's length was set."""

    path: str
    length: int


class Synced(NamedTuple):
    """All that was written to this file, or to this folder, is on the disk."""

    path: str


class Renamed(NamedTuple):
    """A file was given another name."""

    path: str
    to: str


class Removed(NamedTuple):
    """A file was removed."""

    path: str


class Said(NamedTuple):
    """The process said something to the world: an acknowledgement."""

    text: str


Call = Made | Written | Cut | Synced | Renamed | Removed | Said


def refused() -> str:
    """Return why system calls cannot be recorded here; empty if they can."""
    try:
        tried = subprocess.run(
            ["strace", "-o", "/dev/null", "true"],
            capture_output=True,
            text=True,
            timeout=patience(20),
        )
    except FileNotFoundError:
        return "strace is not installed"
    return "" if tried.returncode == 0 else f"strace is refused: {tried.stderr.strip()[:200]}"


def record(command: Sequence[str], log: Path, env: Mapping[str, str]) -> list[Call]:
    """Run `command` to its end and return what it did; it must end with 0."""
    options = ["-f", "-y", "-xx", "-s", str(_LONGEST), "-e", f"trace={_CALLS}", "-o", str(log)]
    ended = subprocess.run(
        ["strace", *options, *command],
        capture_output=True,
        text=True,
        timeout=patience(60),
        env=env,
    )
    assert ended.returncode == 0, ended.stderr
    with log.open(encoding="ascii") as lines:
        return list(_calls(lines))


def _calls(lines: Iterator[str]) -> Iterator[Call]:
    waiting: dict[tuple[str, str], str] = {}
    for line in lines:
        if begun := _LINE.match(line):
            pid, name, rest = begun.groups()
            if not rest.endswith(_UNFINISHED):
                yield from _call(name, rest)
            elif name in ("write", "pwrite64"):
                yield from _call(name, f"{rest.removesuffix(_UNFINISHED)} = 1")
            else:
                waiting[pid, name] = rest.removesuffix(_UNFINISHED)
        elif resumed := _RESUMED.match(line):
            pid, name, rest = resumed.groups()
            if (pid, name) in waiting:
                yield from _call(name, waiting.pop((pid, name)) + rest)


def _call(name: str, rest: str) -> Iterator[Call]:
    arguments, _, result = rest.rpartition(" = ")
    if result.startswith("-1"):
        return
    texts = [(_bytes(found[1]), bool(found[2])) for found in _TEXT.finditer(arguments)]
    file = _FILE.match(arguments)
    path = _bytes(file[1]).decode() if file else ""
    match name:
        case "write":
            if arguments.startswith("1<"):
                yield Said(texts[0][0].decode())
        case "pwrite64" if not texts[0][1]:
            yield Written(path, int(arguments.rstrip(")").rpartition(",")[2]), texts[0][0])
        case "ftruncate":
            yield Cut(path, int(arguments.rstrip(")").rpartition(",")[2]))
        case "fsync" | "fdatasync":
            yield Synced(path)
        case _:
            yield from _naming(name, arguments, [text.decode() for text, _ in texts])


def _naming(name: str, arguments: str, names: Sequence[str]) -> Iterator[Call]:
    if name == "openat" and "O_CREAT" in arguments:
        yield Made(names[0])
    elif name.startswith("rename"):
        yield Renamed(names[0], names[1])
    elif name.startswith("unlink"):
        yield Removed(names[0])


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()
