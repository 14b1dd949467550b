"""Well-formed XML 1.0 out of any words.  Pure.

Characters that XML cannot hold become U+FFFD, so that a reader sees that something stood there.
"""

import re
from collections.abc import Iterable
from typing import Final

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>'

# XML 1.0, 2.2: all that is not a Char.
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A bare carriage return would be read as a line feed.
_ESCAPED: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
)


def words(text: str) -> str:
    """Write a text so that it reads back as itself, within an element or a quoted attribute."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text).translate(_ESCAPED)


def leaf(name: str, text: str) -> str:
    """Write an element that holds a text; nothing if the text is empty."""
    return f"<{name}>{words(text)}</{name}>" if text else ""


def branch(name: str, parts: Iterable[str], attributes: str = "") -> str:
    """Write an element that holds others; `attributes` is written out and begins with a space."""
    return f"<{name}{attributes}>{''.join(parts)}</{name}>"
