"""PIDF-LO: well-formed whatever a school is called, in the order of RFC 5139, and readable back."""

import xml.etree.ElementTree as ET
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.formats.pidf import Civic, write_pidf
from gateway.core.formats.xml import words
from gateway.core.values import Room
from wire.ids import Wall

CIVIC = "{urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr}"
MODEL = "{urn:ietf:params:xml:ns:pidf:data-model}"
POLICY = "{urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy}"
# RFC 5139's sequence.
_SEQUENCE = (
    "country A1 A2 A3 A4 A5 A6 PRM PRD RD STS POD POM RDSEC RDBR RDSUBBR HNO HNS LMK LOC FLR NAM PC"
    " BLD UNIT ROOM SEAT PLC PCN POBOX ADDCODE"
)
ORDER = _SEQUENCE.split()
PLACE = Civic("Lincoln School", "400 Lincoln Avenue", "Springfield", "IL", "62701", "US")
ROOM = Room("204", "Art", "2", "Main Building")
AT = Wall(1788444309.5)


def address(
    place: Civic, room: Room, entity: str = "pres:lincoln@lincoln.example"
) -> dict[str, str]:
    """The civic address of a document, read by a parser of others."""
    tree = ET.fromstring(write_pidf(place, room, entity, AT))
    (civic,) = tree.iter(f"{CIVIC}civicAddress")
    tags = [part.tag.removeprefix(CIVIC) for part in civic]
    assert tags == sorted(tags, key=ORDER.index), "RFC 5139 fixes the order"
    return {part.tag.removeprefix(CIVIC): part.text or "" for part in civic}


def readable(text: str) -> str:
    """What a reader of XML gets back: what it cannot hold is marked."""
    return "".join(c if c in "\t\n\r" or 0x1F < ord(c) < 0xFFFE or ord(c) > 0xFFFF else "\ufffd"
                   for c in text if not 0xD800 <= ord(c) < 0xE000)  # fmt: skip


def test_every_part_of_an_address_has_its_element() -> None:
    assert address(PLACE, ROOM) == {
        "country": "US",
        "A1": "IL",
        "A3": "Springfield",
        "RD": "Lincoln",
        "STS": "Avenue",
        "HNO": "400",
        "LOC": "Art",
        "FLR": "2",
        "NAM": "Lincoln School",
        "PC": "62701",
        "BLD": "Main Building",
        "ROOM": "204",
    }


@pytest.mark.parametrize(
    ("street", "parts"),
    [
        ("12b Elm Street", {"HNO": "12", "HNS": "b", "RD": "Elm", "STS": "Street"}),
        ("100 N Main St.", {"HNO": "100", "PRD": "N", "RD": "Main", "STS": "St."}),
        ("7 Martin Luther King Blvd SW", {
            "HNO": "7", "RD": "Martin Luther King", "STS": "Blvd", "POD": "SW"
        }),
        ("Elm Street 12", {"RD": "Elm Street 12"}),
        ("42nd Street", {"RD": "42nd", "STS": "Street"}),
        ("12 Broadway", {"HNO": "12", "RD": "Broadway"}),
        ("5 Avenue", {"HNO": "5", "RD": "Avenue"}),
        ("Hauptstraße 5", {"RD": "Hauptstraße 5"}),
        ("", {}),
    ],
)  # fmt: skip
def test_a_street_is_split_into_its_parts_where_they_can_be_told_apart(
    street: str, parts: dict[str, str]
) -> None:
    found = address(Civic("School", street), ROOM)
    keys = ("HNO", "HNS", "PRD", "RD", "STS", "POD")
    assert {key: found[key] for key in keys if key in found} == parts


def test_the_device_is_named_and_retransmission_is_a_boolean() -> None:
    tree = ET.fromstring(write_pidf(PLACE, ROOM, "pres:a@b", AT))
    (device,) = tree.findall(f"{MODEL}device")
    tags = [part.tag.rpartition("}")[2] for part in device]
    assert tags == ["geopriv", "deviceID", "timestamp"]
    name = device.findtext(f"{MODEL}deviceID", "")
    assert UUID(name.removeprefix("urn:uuid:")).version == 5
    assert name not in write_pidf(PLACE, Room("205", "Art"), "pres:a@b", AT)
    (allowed,) = tree.iter(f"{POLICY}retransmission-allowed")
    assert allowed.text == "true"


def test_what_is_not_known_is_left_out() -> None:
    assert address(Civic("School"), Room("204", "204")) == {"NAM": "School", "ROOM": "204"}


def test_the_moment_and_the_uri_stand_in_the_document() -> None:
    text = write_pidf(PLACE, ROOM, "pres:a&b@c", AT)
    assert "<dm:timestamp>2026-09-03T14:05:09Z</dm:timestamp>" in text
    assert ET.fromstring(text).get("entity") == "pres:a&b@c"


@given(*(st.text(max_size=10_000) for _ in range(5)))
def test_any_words_come_back_and_what_xml_cannot_hold_is_marked(
    school: str, street: str, room: str, floor: str, building: str
) -> None:
    found = address(Civic(school, f"Street {street}"), Room(room, room, floor, building))
    for key, text in {"NAM": school, "ROOM": room, "FLR": floor, "BLD": building}.items():
        assert found.get(key, "") == readable(text)
    road = [found[key] for key in ("PRD", "RD", "STS", "POD") if key in found]
    assert " ".join(road) == readable(f"Street {street}")


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_character_at_all_makes_well_formed_xml(text: str) -> None:
    ET.fromstring(f'<a b="{words(text)}">{words(text)}</a>'.encode())
