"""Cuts, cleans or drops what of a report is only shown, and never refuses it.  Pure."""

import math
from typing import Any
from urllib.parse import urlsplit

from wire.clean import clean
from wire.errors import WireError
from wire.limits import LONGEST_URL
from wire.moment import read_moment

# A double holds any whole number below it exactly, on any page.
_EXACT = 2**53


def text(found: Any, longest: int) -> str:
    """Return a text or a whole number as one printable line; empty for anything else."""
    if type(found) is str:
        return clean(found, longest)
    return str(found) if type(found) is int and abs(found) < _EXACT else ""


def number(found: Any) -> float | None:
    """Return a number that JSON can hold."""
    if type(found) not in (int, float):
        return None
    return float(found) if abs(found) < _EXACT and math.isfinite(found) else None


def moment(found: Any) -> str | None:
    """Return a moment as the wire writes it."""
    if not isinstance(found, str):
        return None
    try:
        read_moment(found)
    except WireError:
        return None
    return found


def place(found: Any) -> dict[str, float] | None:
    """Return WGS 84 degrees."""
    if not isinstance(found, dict):
        return None
    lat, lon = number(found.get("lat")), number(found.get("lon"))
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        return None
    return {"lat": lat, "lon": lon}


def web_address(found: Any) -> str | None:
    """Return a link that a page may offer; anything but http(s) could be a script."""
    if not isinstance(found, str) or len(found) > LONGEST_URL or not found.isprintable():
        return None
    try:
        parts = urlsplit(found)
    except ValueError:
        return None
    return found if parts.scheme in ("https", "http") and parts.hostname else None
