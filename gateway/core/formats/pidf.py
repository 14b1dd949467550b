"""Where a room is, as a PIDF-LO with a civic address (RFC 5139 in RFC 4119).  Pure.

RFC 5139 gives the elements of an address a fixed order; what is not known is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from gateway.core.formats.xml import DECLARATION, branch, leaf, words
from gateway.core.values import Room
from wire.ids import Wall
from wire.moment import write_moment

_PIDF: Final = "urn:ietf:params:xml:ns:pidf"
_NAMESPACES: Final = "".join(
    f' xmlns{prefix}="{_PIDF}{rest}"'
    for prefix, rest in (
        ("", ""),
        (":dm", ":data-model"),
        (":gp", ":geopriv10"),
        (":gbp", ":geopriv10:basicPolicy"),
        (":ca", ":geopriv10:civicAddr"),
    )
)
# A house number at the front of a street, as addresses of the USA are written.
_NUMBERED: Final = re.compile(r"(\d+)([A-Za-z]?)\s+(\S.*)")
_DIRECTION: Final = re.compile("N|NE|E|SE|S|SW|W|NW")
# What kind of street it is, where that stands last, as in English.
_KIND: Final = re.compile(
    r"(alley|avenue|ave|boulevard|blvd|circle|cir|close|court|ct|crescent|drive|dr|expressway|expy"
    r"|freeway|fwy|highway|hwy|lane|ln|loop|parkway|pkwy|path|pike|place|pl|plaza|plz|road|rd|route"
    r"|rte|row|square|sq|street|st|terrace|ter|trail|trl|turnpike|tpke|walk|way)\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Civic:
    """The address of a site, as it is written on an envelope; `name` is what people call it."""

    name: str
    street: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""


def write_pidf(place: Civic, room: Room, entity: str, at: Wall) -> str:
    """Return the document of `room`; `entity` is the URI of whose place it is.

    The device is the room's button: RFC 4479 wants it named, and a name that stays.
    """
    location = branch("gp:location-info", [_civic(place, room)])
    rules = branch("gp:usage-rules", [leaf("gbp:retransmission-allowed", "true")])
    geopriv = branch("gp:geopriv", [location, rules, leaf("gp:method", "Manual")])
    moment = leaf("dm:timestamp", f"{write_moment(at)[:19]}Z")
    name = leaf("dm:deviceID", f"urn:uuid:{uuid5(NAMESPACE_URL, f'{entity};room={room.id}')}")
    device = branch("dm:device", [geopriv, name, moment], ' id="panic-button"')
    return DECLARATION + branch("presence", [device], f'{_NAMESPACES} entity="{words(entity)}"')


def _civic(place: Civic, room: Room) -> str:
    name = "" if room.name == room.id else room.name
    # In the order of RFC 5139.
    elements = (
        ("country", place.country),
        ("A1", place.state),
        ("A3", place.city),
        *_street(place.street),
        ("LOC", name),
        ("FLR", room.floor),
        ("NAM", place.name),
        ("PC", place.postcode),
        ("BLD", room.building),
        ("ROOM", room.id),
    )
    return branch("ca:civicAddress", [leaf(f"ca:{tag}", text) for tag, text in elements])


def _street(written: str) -> Iterator[tuple[str, str]]:
    """Split a street into its parts; what cannot be told apart is all road."""
    found = _NUMBERED.fullmatch(written)
    number, suffix, road = found.groups() if found else ("", "", written)
    parts = road.split(" ")
    if len(parts) > 2 and _DIRECTION.fullmatch(parts[0]):
        yield "PRD", parts.pop(0)
    after = parts.pop() if len(parts) > 2 and _DIRECTION.fullmatch(parts[-1]) else ""
    kind = ""
    if len(parts) > 1 and _KIND.fullmatch(parts[-1]):
        kind = parts.pop()
    yield from (("RD", " ".join(parts)), ("STS", kind), ("POD", after))
    yield from (("HNO", number), ("HNS", suffix))
