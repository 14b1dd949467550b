"""Decides about a report that came in.  Pure: `now` and what is known are handed in.

Rule 1: a receipt names every alert of the very bytes it answers, and is given after they are
        stored.
Rule 2: the same bytes under the same `webhook-id` get the receipt of the first time.  Other bytes
        under a used id are a report of their own: a sender that lost its disk counts versions anew,
        and its alerts must not be answered with a receipt that does not name them.
Rule 3: an older version that comes late is stored and answered, and takes nothing back: it adds the
        alerts, presses, answers and closings that only it has.  A receipt names the newest version
        that is stored, so that its sender goes above that.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NewType

from police.report import NotJsonError, Report, read_report
from wire.errors import WireError
from wire.ids import Wall
from wire.limits import LARGEST_REPORT

SenderName = NewType("SenderName", str)
"""The configured name of a school whose reports are taken."""

# Standard Webhooks: what is older may be a recording.
TOLERANCE: Final = 300
# One signature is 47 characters; a sender that changes its secret sends two.
_LONGEST_SIGNATURE: Final = 1024
_WEBHOOK_ID: Final = re.compile(r"[!-~]{1,128}")
_TIMESTAMP: Final = re.compile(r"\d{1,12}")
_LENGTH: Final = re.compile(r"\d{1,12}")


@dataclass(frozen=True, slots=True)
class Refused:
    """Not taken: the HTTP status, and the reason in words for the people who run the sender."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReportHeaders:
    """What the headers of a report say; `claims` is the sender its address names, if any."""

    webhook_id: str
    timestamp: str
    signature: str
    length: int
    claims: SenderName | None


@dataclass(frozen=True, slots=True)
class SignedReport:
    """A report whose signature fits `sender`, not yet read."""

    sender: SenderName
    webhook_id: str
    body: bytes
    at: Wall

    def digest(self) -> bytes:
        """SHA-256 of the body: with sender and `webhook_id` it tells a repeat from news."""
        return hashlib.sha256(self.body).digest()


def read_headers(
    headers: Mapping[str, str], claims: SenderName | None, now: Wall
) -> ReportHeaders | Refused:
    """Judge a report by its headers, before any of its body is read."""
    length = headers.get("content-length", "")
    if not _LENGTH.fullmatch(length):
        return Refused(411, "content-length: missing; a report says how long it is")
    if int(length) > LARGEST_REPORT:
        return Refused(413, f"content-length: {length}; a report is at most {LARGEST_REPORT} bytes")
    webhook_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    signature = headers.get("webhook-signature", "")
    if not signature or len(signature) > _LONGEST_SIGNATURE:
        return Refused(401, "webhook-signature: missing; unsigned reports are not taken")
    if not _WEBHOOK_ID.fullmatch(webhook_id):
        return Refused(401, "webhook-id: missing, or not 1 to 128 printable characters")
    if not _TIMESTAMP.fullmatch(timestamp):
        return Refused(401, "webhook-timestamp: missing, or not seconds since 1970")
    apart = int(timestamp) - now
    if abs(apart) > TOLERANCE:
        return Refused(401, f"webhook-timestamp: {_apart(apart)}; {TOLERANCE} s are allowed")
    return ReportHeaders(webhook_id, timestamp, signature, int(length), claims)


def read_signed(signed: SignedReport) -> Report | Refused:
    """Read what a sender signed; what is signed and yet no report is its sender's fault."""
    try:
        return read_report(signed.body)
    except WireError as error:
        return Refused(400 if isinstance(error, NotJsonError) else 422, str(error))


def _apart(seconds: float) -> str:
    side = "behind" if seconds < 0 else "ahead of"
    return f"{abs(seconds):.0f} s {side} this receiver's clock"
