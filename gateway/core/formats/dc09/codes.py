"""The event codes: what a centre is told, in Contact ID (DC-05) and SIA (DC-03) codes.  Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Code(NamedTuple):
    """A kind of event; `restored` is the SIA code of its end, empty if it has none."""

    contact: int
    sia: str
    restored: str = ""


CODES: Final[Mapping[str, Code]] = {
    "panic": Code(120, "PA", "PH"),
    "silent-panic": Code(122, "HA", "HH"),
    "duress": Code(121, "HA"),
    "manual-test": Code(601, "RX"),
    "periodic-test": Code(602, "RP"),
    "tamper": Code(137, "TA", "TR"),
    "unit-lost": Code(381, "YC", "YK"),
    "mains-lost": Code(301, "AT", "AR"),
    "battery-low": Code(302, "YT", "YR"),
    "communication": Code(350, "YC", "YK"),
    "path-1": Code(351, "LT", "LR"),
    "path-2": Code(352, "LT", "LR"),
    "not-delivered": Code(354, "YC", "YK"),
}
# Each trouble by its name, or by what its name begins with; others are the school's own affair.
TROUBLES: Final[Mapping[str, str]] = {
    "unit-lost": "unit-lost",
    "tamper": "tamper",
    "mains-lost": "mains-lost",
    "battery-low": "battery-low",
    "manual-test": "manual-test",
    "broker": "communication",
    "receiver-line": "path-1",
    "endpoint": "communication",
    "not-delivered": "not-delivered",
}


def code_of_trouble(name: str) -> str | None:
    """Return the event that a trouble is told as; None if a centre is not told of it."""
    if name.startswith("receiver-line-") and name.endswith("/backup"):
        return "path-2"
    known = (start for start in TROUBLES if name == start or name.startswith(f"{start}-"))
    start = max(known, key=len, default=None)
    return None if start is None else TROUBLES[start]


def contact_id(account: str, what: str, area: int, zone: int, *, over: bool = False) -> str:
    """Return the data of an ADM-CID frame; `over`: the event has ended."""
    return f"#{account}|{3 if over else 1}{CODES[what].contact:03d} {area:02d} {zone:03d}"


def sia_dcs(account: str, what: str, area: int, zone: int, *, over: bool = False) -> str:
    """Return the data of a SIA-DCS frame; `over`: the event has ended."""
    code = CODES[what]
    return f"#{account}|Nri{area}/{code.restored if over else code.sia}{zone:03d}"


def text_block(written: str) -> str:
    """Return the block of alarm text around what `write_text` gave."""
    return f"[I{written}]" if written else ""
