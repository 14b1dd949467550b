"""Formats a cure for a terminal.  Pure.

In a cure commands stand in backticks, as in docs/runbook.md; so do names of settings and files,
which are one word.
"""

from itertools import groupby
from pathlib import Path
from shlex import quote


def as_word(path: Path) -> str:
    """Return `path` as one word of a command."""
    return quote(str(path))


def commands_in(cure: str) -> list[str]:
    """Return the commands of `cure`, in its order."""
    return [text for text, is_command in _parts(cure) if is_command]


def in_lines(cure: str) -> list[str]:
    """Return `cure` as lines below what it cures: each command is one, to be pasted as a whole."""
    pieces = [
        text if is_command else text.strip(" ").lstrip(".;,:) ").rstrip("( ")
        for text, is_command in _parts(cure)
    ]
    lines = [text for text in pieces if text]
    return [f"  {'  ' if number else '->'} {line}" for number, line in enumerate(lines)]


def _parts(cure: str) -> list[tuple[str, bool]]:
    """Split `cure` into words and commands, each with whether it is a command."""
    marked = [
        (text, False) if number % 2 == 0 else (text, True) if " " in text else (f"`{text}`", False)
        for number, text in enumerate(cure.split("`"))
    ]
    return [
        ("".join(text for text, _ in group), is_command)
        for is_command, group in groupby(marked, key=lambda part: part[1])
    ]
