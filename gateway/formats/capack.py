"""What a CAP receiver may answer: an Ack, a CAP message of its own.  Pure.

It is read as text, not as XML: the parsers at hand can be made to work for long by few bytes, and
two elements are all that counts.
"""

import re
from typing import Final

_TYPE: Final = re.compile(rb"<(?:\w+:)?msgType>\s*Ack\s*</")
_REFERENCES: Final = re.compile(rb"<(?:\w+:)?references>([^<]*)</")


def is_ack(body: bytes, name: str) -> bool:
    """True if `body` is an Ack whose references hold the message with the identifier `name`."""
    if not _TYPE.search(body):
        return False
    found = _REFERENCES.search(body)
    named = (reference.split(b",") for reference in found[1].split()) if found else iter(())
    return any(len(parts) == 3 and parts[1] == name.encode() for parts in named)
