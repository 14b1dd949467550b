"""What a CAP receiver may answer: an Ack, a CAP message of its own.  Pure.

It is read as text, not as XML: the available parsers can be made to work for long by few bytes, and
two elements are all that counts.
"""

import re
from typing import Final

from gateway.core.events import ResponseReceived
from gateway.core.formats.receipt import Receipt, Refusal, refusal_by_status

_TYPE: Final = re.compile(rb"<(?:\w+:)?msgType>\s*Ack\s*</")
_REFERENCES: Final = re.compile(rb"<(?:\w+:)?references>([^<]*)</")


_NO_ACK: Final = "the answer is not a CAP Ack that refers to the message"


def judge_ack(response: ResponseReceived) -> Receipt | Refusal:
    """For a CAP receiver that acknowledges in CAP."""
    if refusal := refusal_by_status(response):
        return refusal
    name = f"{response.flight.incident}.{response.flight.version}"
    return Receipt("Ack", None) if is_ack(response.body, name) else Refusal(_NO_ACK)


def is_ack(body: bytes, name: str) -> bool:
    """True if `body` is an Ack whose references hold the message with the identifier `name`."""
    if not _TYPE.search(body):
        return False
    found = _REFERENCES.search(body)
    named = (reference.split(b",") for reference in found[1].split()) if found else iter(())
    return any(len(parts) == 3 and parts[1].lower() == name.encode() for parts in named)
