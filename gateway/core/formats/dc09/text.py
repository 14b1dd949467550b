"""Text for a person in a DC-09 frame.  Pure.

Receivers differ in what they make of bytes beyond ASCII (one drops them, and then calls the CRC
wrong), and brackets end a block; so everything else than plain ASCII is written as an escape
(`\\xe9`, `\\u4e2d`).  What is too long loses its middle, marked `\\...`, which no escape can be:
what happened stands at the front, the room at the end.
"""

import re
from typing import Final

# A block of text holds 256 characters in the table that receivers go by.
LONGEST: Final = 255
_HEAD: Final = 100
_MARK: Final = "\\..."
_SPECIAL: Final = frozenset('[]|^"\\')
_ESCAPE: Final = re.compile(r"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\U([0-9a-f]{8})", re.ASCII)


def write_text(text: str, longest: int = LONGEST) -> str:
    """Return `text` in plain ASCII of at most `longest` characters."""
    parts = [_escaped(each) for each in text[:longest]]
    if len(text) <= longest and sum(map(len, parts)) <= longest:
        return "".join(parts)
    head = _fitting(parts, _HEAD)
    rest = longest - len(head) - len(_MARK)
    tail = _fitting([_escaped(each) for each in reversed(text[-rest:])], rest, backwards=True)
    return head + _MARK + tail


def read_text(written: str) -> tuple[str, ...]:
    """Return the text that was written: one part, or head and tail if its middle was left out."""
    return tuple(_ESCAPE.sub(_meant, part) for part in written.split(_MARK))


def _fitting(parts: list[str], longest: int, *, backwards: bool = False) -> str:
    taken: list[str] = []
    for part in parts:
        if len(part) > longest:
            break
        longest -= len(part)
        taken.append(part)
    return "".join(reversed(taken) if backwards else taken)


def _escaped(character: str) -> str:
    if " " <= character <= "~" and character not in _SPECIAL:
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _meant(escape: re.Match[str]) -> str:
    return chr(int(escape[1] or escape[2] or escape[3], 16))
