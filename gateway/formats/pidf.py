"""Where a room is, as a PIDF-LO with a civic address (RFC 5139 in RFC 4119).  Pure.

RFC 5139 gives the elements of an address a fixed order; what is not known is left out.
"""

import re
from dataclasses import dataclass
from typing import Final

from gateway.formats.xml import DECLARATION, branch, leaf, words
from gateway.work import Room
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
_NUMBERED: Final = re.compile(r"(?P<number>\d+)(?P<suffix>[A-Za-z]?)\s+(?P<road>\S.*)")


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
    """Return the document of `room`; `entity` is the URI of whose place it is."""
    location = branch("gp:location-info", [_civic(place, room)])
    rules = branch("gp:usage-rules", [leaf("gbp:retransmission-allowed", "yes")])
    geopriv = branch("gp:geopriv", [location, rules, leaf("gp:method", "Manual")])
    moment = leaf("dm:timestamp", f"{write_moment(at)[:19]}Z")
    device = branch("dm:device", [geopriv, moment], ' id="panic-button"')
    return DECLARATION + branch("presence", [device], f'{_NAMESPACES} entity="{words(entity)}"')


def _civic(place: Civic, room: Room) -> str:
    street = _NUMBERED.fullmatch(place.street)
    name = "" if room.name == room.id else room.name
    # In the order of RFC 5139.
    elements = (
        ("country", place.country),
        ("A1", place.state),
        ("A3", place.city),
        ("RD", street["road"] if street else place.street),
        ("HNO", street["number"] if street else ""),
        ("HNS", street["suffix"] if street else ""),
        ("LOC", name),
        ("FLR", room.floor),
        ("NAM", place.name),
        ("PC", place.postcode),
        ("BLD", room.building),
        ("ROOM", room.id),
    )
    return branch("ca:civicAddress", [leaf(f"ca:{tag}", text) for tag, text in elements])
