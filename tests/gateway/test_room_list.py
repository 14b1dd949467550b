"""A school's own list of rooms: read however it was saved, and every fault told with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.register import parse_register, read_rooms
from gateway.config.room_list.changes import Changes, compare
from gateway.config.room_list.listed import read_list
from service.textfile import decode
from wire.ids import UnitId

HEAD = "room,name,building,floor,unit,cameras,x,y\n"
HERE = HEAD + "204,Library,Main,2,lincoln-204,hall-1,10,20\n105,Store,Main,1,,,,\n"
LIST = (
    "Raum-Nr.;Bezeichnung;Gebäude;Etage\r\n204;Bücherei;Haupthaus;2\r\n"
    '007;"Café\r\nund Küche";Süd;1\r\n'
)
GERMAN = {"204": "Bücherei", "007": "Café und Küche"}


def names(text: str) -> dict[str, str]:
    found, faults = read_list(text, {})
    assert faults == []
    return {row.cells["room"]: row.cells["name"] for row in found.rows}


def faults_of(text: str, *said: tuple[str, str]) -> list[str]:
    return [str(fault) for fault in read_list(text, dict(said))[1]]


def changes(text: str, before: str = HERE, revoked: str = "") -> tuple[Changes, list[str]]:
    rows = read_list(text, {})[0].rows
    found, faults = compare(read_rooms(before)[0], rows, {UnitId(revoked)} if revoked else set())
    return found, [str(fault) for fault in faults]


@pytest.mark.parametrize(
    "codec",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman", "cp850"],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_it_is_read_in_any_encoding_and_with_any_separator(codec: str, separator: str) -> None:
    content = LIST.replace(";", separator).encode(codec)
    assert names(decode(content).text) == GERMAN


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("above", ["", "sep=;\n", "Rooms of Lincoln School;;;\n\n"])
def test_line_ends_and_titles_make_no_difference(end: str, above: str) -> None:
    assert names((above + LIST.replace("\r\n", "\n")).replace("\n", end)) == GERMAN


def test_an_apostrophe_of_windows_stays_one() -> None:
    assert decode("Teacher’s room – “East”".encode("cp1252")).text == "Teacher’s room – “East”"


@pytest.mark.parametrize("cell", ["007", '="007"', '"=""007"""', "'007", " 007\xa0"])
def test_zeros_in_front_are_kept(cell: str) -> None:
    assert names(f"Room,Name\n{cell},Gym\n") == {"007": "Gym"}


@pytest.mark.parametrize(
    "cell",
    [
        *("1,01E+02", "1.01E+04", "1E+05", "02. Jan", "2-Jan", "Jan-02", "01.02.2026"),
        *("2026-02-01", "#####", "#NAME?"),
    ],
)
def test_what_a_spreadsheet_made_of_a_number_is_told_at_its_line(cell: str) -> None:
    (told,) = faults_of(f"Room\tName\n101\tGym\n{cell}\tLab\n")
    assert told.startswith(f"line 3: room: {cell} is what Excel ")


@pytest.mark.parametrize("room", ["101", "1-2", "B 1.2", "E2", "2E1", "Jan", "May Hall", "A-01.02"])
def test_a_room_that_only_looks_odd_is_one(room: str) -> None:
    assert faults_of(f"Room\tName\n{room}\tGym\n") == []


def test_every_fault_is_told_at_the_line_on_which_it_begins() -> None:
    text = 'Room;Name\n1;"two\nlines"\n2;"open\n;no room\n1E+02;Lab\n3;a;b\n4;"q"q\n'
    told = faults_of(text)
    assert [each.partition(":")[0] for each in told] == [
        "line 4", "line 8", "line 5", "line 6", "line 7",
    ]  # fmt: skip


def test_a_heading_that_nobody_knows_is_asked_for_and_can_be_said() -> None:
    text = "Rumnummer,Namn\n204,Bibliotek\n"
    (told,) = faults_of(text)
    assert 'say which, --column "Rumnummer=room"' in told
    found, faults = read_list(text, {"rumnummer": "room", "Namn": "name"})
    assert (faults, dict(found.rows[0].cells)) == ([], {"room": "204", "name": "Bibliotek"})
    assert "there is no column" in faults_of(text, ("Rum", "room"))[0]


def test_two_headings_for_one_column_are_asked_for() -> None:
    text = "Raum;Zimmer;Name\n1;2;Gym\n"
    assert '"Raum" and "Zimmer" can both be room' in faults_of(text)[0]
    assert faults_of(text, ("Zimmer", "room")) == []


def test_what_the_installer_found_out_stays() -> None:
    found, faults = changes("Room,Name,unit,cameras,x\n204,Media,,,\n105,Store,,,\n")
    assert faults == []
    assert "204,Media,Main,2,lincoln-204,hall-1,10,20" in found.text
    assert [each.room for each in found.changed] == ["204"]


def test_a_room_with_a_unit_stays_until_that_is_revoked() -> None:
    text = "Room,Name,Building,Floor\n301,Lab,Main,3\n"
    found, _ = changes(text)
    assert [row.cells["room"] for row in found.gone] == ["105"]
    assert [row.cells["room"] for row in found.staying] == ["204"]
    assert "204" not in changes(text, revoked="lincoln-204")[0].text


def test_a_list_takes_no_unit_off_a_wall() -> None:
    _, faults = changes("Room,Unit\n204,lincoln-9\n")
    assert "line 2: unit: lincoln-204 hangs in this room, and would hang in none" in faults[0]
    assert changes("Room,Unit\n204,lincoln-9\n105,lincoln-204\n")[1] == []


def test_zeros_that_a_spreadsheet_took_are_told() -> None:
    (told,) = changes("Room\n7\n", HEAD + "007,Gym,,,,,,\n")[1]
    assert told.startswith("line 2: room: 7 is 007 in the register")


def test_what_the_register_refuses_is_told_at_the_lists_own_line() -> None:
    told = changes("Room,Zone\n204,7\n\n204,7\nA/1,\n")[1]
    assert [each.partition(": '")[0] for each in told][:1] == ["line 4: room"]
    assert any(each.startswith("line 5: room: 'A/1' is no room id") for each in told)


@given(st.binary(max_size=300))
def test_no_file_breaks_it(content: bytes) -> None:
    try:
        text = decode(content).text
    except ValueError:
        return
    rows, faults = read_list(text, {})
    found, more = compare(read_rooms(HERE)[0], rows.rows, set())
    if not faults and not more:
        assert parse_register(found.text)[1] == []
