"""Sanitizes text from a peer for a log or a terminal."""

from typing import Final

# One log line stays one line, and a hostile payload cannot fill a disk with it.
LONGEST: Final = 200


def clean(text: str, longest: int = LONGEST) -> str:
    """Return `text` with everything unprintable escaped and its length bounded in characters."""
    shown = text[:longest]
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in shown)
    return shown if len(text) <= longest else f"{shown}… ({len(text)} characters)"
