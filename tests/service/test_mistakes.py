"""Typical mistakes of those who write settings: each is told with its line and what to do."""

import re
from pathlib import Path

import pytest

from device.settings import DeviceSettings
from gateway.config.register import parse_register
from gateway.config.settings import GatewaySettings
from service.secrets import fault_of_secrets
from service.settings import SettingsError, load
from tests.service.brokers import new_authority
from tests.service.files import DEVICE, GATEWAY, faults, written

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HEAD = "room,name,building,floor,unit,cameras,x,y\n"
NOT_TOML = [
    ("site = “lincoln”\n", 'line 1: typographic quotation marks; write straight ones: "…"'),
    ("site = „lincoln“\n", "line 1: typographic quotation marks"),
    ("site = ‘lincoln’\n", "line 1: typographic quotation marks"),
    ("site = lincoln\n", "line 1: a text needs quotation marks"),
    ("site: lincoln\n", "line 1: a setting is written with =: site = …"),
    ("silent = yes\n", "line 1: write true instead of yes"),
    ("silent = True\n", "line 1: write true instead of True"),
    ("silent = no  # never\n", "line 1: write false instead of no"),
    ("silent = off\n", "line 1: write false instead of off"),
    ("site =\n", "line 1: site has no value"),
    ("site\n", 'line 1: a setting is written as name = "value"'),
    ('site = "lincoln\nunit = "x"\n', 'line 1: the quotation mark is not closed: "'),
    ("site = 'lincoln\n", "line 1: the quotation mark is not closed: '"),
    ('site = "lincoln";\n', "line 1: nothing stands behind a value"),
    ('site = "lincoln", unit = "x"\n', "line 1: each setting needs a line of its own"),
    ('site = "lincoln" unit = "x"\n', "line 1: each setting needs a line of its own"),
    ("// comment\n", "line 1: a comment begins with #, not with //"),
    ("; comment\n", "line 1: a comment begins with #, not with ;"),
    ("[button\npin = 17\n", "line 1: the bracket is not closed: ]"),
    ("[[gateway]\n", "line 1: two brackets need two at the end: ]]"),
    ("[button]\npin = 017\n", "line 2: a number does not begin with 0"),
    ("[button]\nhold_seconds = 0,5\n", "line 2: a number is written with a point"),
    ('key = "C:\\Users\\tocsin"\n', r"line 1: in a text \ is written twice, \\"),
    ('hosts = ["10.20.0.1", 10.20.0.2]\n', "line 1: "),
    ("hosts = [gateway, other]\n", "line 1: each text in a list needs quotation marks"),
    ('hosts = ["a" "b"]\n', "line 1: a comma stands between the values of a list"),
    ('hosts = ["a"\n', "line 1: the list is not closed: ]"),
    (
        '[button]\npin = 17\n[button]\npull = "up"\n',
        "line 3: [button] stands there twice (first in",
    ),
    ('site = "a"\nsite = "b"\n', "line 2: site stands there twice (first in line 1)"),
    ('[gateway]\nurl = "x"\n[[gateway]]\nurl = "y"\n', "line 3: [gateway] stands there twice"),
    ("schul name = 1\n", "line 1: a name has no blanks"),
    ("größe = 1\n", "line 1: a name has letters a-z, digits, _ and - alone"),
    ("site\u00a0= 1\n", "line 1: a blank that is none; type it again"),
    ("phone = +1 555 010 0204\n", "line 1: a text needs quotation marks"),
]
ENDPOINT = '[[endpoint]]\nname = "county-911"\nurl = "http://127.0.0.1:8710/reports"\n'
GATEWAYS = [
    ("[[endpoint]]", "[endpoint]", "line 11: endpoint: there may be several: write [[endpoint]]"),
    ("[site]", "[[site]]", "line 1: site: there is one alone: write [site]"),
    ('id = "lincoln"', 'id = "Lincoln"', "line 2: site.id: give 3 to 32 of a-z, 0-9 and - (found"),
    ('id = "lincoln"', 'idd = "lincoln"', 'line 2: site.idd: unknown setting; did you mean "id"?'),
    (":8710", ":99999", "line 13: endpoint[1].url: the port must be a number from 1 to 65535"),
    (":8710", ":port", "line 13: endpoint[1].url: the port must be a number from 1 to 65535"),
    ("127.0.0.1:8710", "psap_example..org", "line 13: endpoint[1].url: the host is neither"),
    ("127.0.0.1:8710", "psap example", "line 13: endpoint[1].url: the host is neither"),
    ("http://127.0.0.1:8710/reports", "psap.example", "line 13: endpoint[1].url: give it as"),
    ("http://127.0.0.1", "http://10.0.0.9", "line 13: endpoint[1].url: plain http:// is for"),
    (":1883", ":70000", "line 6: mqtt.url: the port must be a number from 1 to 65535"),
    ('"rooms.csv"', '"raeume.csv"', "line 4: site.rooms: there is no file"),
    ('"rooms.csv"', "7", "line 4: site.rooms: give the name of a file, in quotation marks"),
    ("[frames]", "[frame]", 'line 9: frame: unknown setting; did you mean "frames"?'),
    (ENDPOINT, "", "endpoint: is missing"),
    (ENDPOINT, ENDPOINT + 'kind = "webhok"\n', "line 11: endpoint[1]: kind is one of"),
    (ENDPOINT, f"{ENDPOINT}{ENDPOINT}", "endpoint county-911 stands there twice"),
    (ENDPOINT, ENDPOINT + "[console]\nport = 0\n", "line 15: console.port: give at least 1"),
    (ENDPOINT, ENDPOINT + "[console]\nport = 99999\n", "line 15: console.port: give at most"),
    (ENDPOINT, ENDPOINT + '[console]\nport = "http"\n', "line 15: console.port: give a whole"),
    (ENDPOINT, ENDPOINT + '[console]\nhost = "0.0.0.0"\n', "line 14: console: off loopback"),
    (ENDPOINT, ENDPOINT + "[site.geo]\nlat = 397\nlon = 0\n", "line 15: site.geo.lat: give at"),
    (ENDPOINT, ENDPOINT + '[site.address]\nstreet = "1"\ncity = "a"\ncountry = "USA"\n',
     "line 17: site.address.country: give its two capital letters: US"),
    (ENDPOINT, ENDPOINT + '[[camera]]\nid = "Hall"\nsource = "test:"\n',
     "line 15: camera[1].id: give 1 to 32 of a-z, 0-9 and -"),
    (ENDPOINT, ENDPOINT + '[[camera]]\nid = "h"\nsource = "rtsp:/cam"\n',
     "line 16: camera[1].source: give it as rtsp(s)://host/path"),
    (ENDPOINT, ENDPOINT + '[[camera]]\nid = "h"\nsource = "test:"\nrooms = "204"\n',
     'line 17: camera[1].rooms: give a list: ["…", "…"]'),
    (ENDPOINT, ENDPOINT + "[incidents]\nmerge_minutes = 1.5\n", "line 15: incidents.merge_minutes"),
]  # fmt: skip
REGISTERS = [
    ("203,Library,Main\n", "line 2: unit: the line ends before this column; write , for each"),
    ('203,"Library,Main,2,lincoln-203,,,\n', "line 2: a quotation mark is not closed"),
    ("203,Library, Hall,Main,2,lincoln-203,,74,23\n", "line 2: more columns than the first line"),
    ("203,,,,UP-3,,,\n", "line 2: unit: 'UP-3' is no unit name, 3 to 32 of a-z"),
    ("203,,,,a-1,,,\n203,,,,a-2,,,\n", "line 3: room: '203' stands there twice"),
    ("203,,,,a-1,,,\n204,,,,a-1,,,\n", "line 3: unit: 'a-1' hangs in two rooms"),
    (",Library,Main,2,a-1,,,\n", "line 2: room: '' is no room id"),
    ("203,,,,a-1,Hall 2,,\n", "line 2: cameras: 'Hall' is no camera id"),
    ("203,,,,a-1,,120,\n", "line 2: x: '120' is not a place on the plan, 0 to 100"),
]  # fmt: skip
HEADERS = [
    (HEAD.replace("cameras", "camera"), 'line 1: unknown column camera; did you mean "cameras"?'),
    (HEAD.replace(",unit", ""), "line 1: the column unit is missing: the first line must be"),
    (HEAD.replace("x,y", "x,y,notes"), "line 1: unknown column notes: leave it out"),
    (HEAD.replace("x,y", "x,y,x"), "line 1: the column x stands there twice"),
    ("203,Library,Main,2,a-1,,,\n", "line 1: the first line must be room,name"),
    ("", "line 1: the first line must be room,name"),
]
SECRETS = [
    ("", "must hold 1 to 4 secrets"),
    ("hunter2\n", "must hold whsec_ and the base64 of 24 to 64 random bytes"),
    (SECRET.replace("whsec_", ""), "must hold whsec_"),
    (f'secret = "{SECRET}"\n', "must hold whsec_"),
]


def test_there_are_more_than_the_48_that_were_tried() -> None:
    assert len(NOT_TOML + GATEWAYS + REGISTERS + HEADERS + SECRETS) >= 48


def shows_a_pattern(told: str) -> bool:
    return bool(re.search(r"\[a-z0-9|\{\d+,\d*\}|\^|\$|\\d|\\s", told))


@pytest.mark.parametrize(("text", "words"), NOT_TOML, ids=[text for text, _ in NOT_TOML])
def test_what_is_no_toml_is_told_in_the_words_of_its_writer(
    tmp_path: Path, text: str, words: str
) -> None:
    (told,) = faults(tmp_path, text, DeviceSettings)
    assert told.startswith(words)
    assert not shows_a_pattern(told)


@pytest.mark.parametrize(("good", "bad", "words"), GATEWAYS)
def test_a_wrong_setting_is_told_with_its_line(
    tmp_path: Path, good: str, bad: str, words: str
) -> None:
    told = faults(tmp_path, GATEWAY.replace(good, bad, 1), GatewaySettings)
    assert any(line.startswith(words) for line in told), told
    assert not shows_a_pattern("\n".join(told))


@pytest.mark.parametrize(("rows", "words"), REGISTERS)
def test_a_wrong_row_of_the_register_is_told_with_its_line(rows: str, words: str) -> None:
    told = [str(fault) for fault in parse_register(HEAD + rows)[1]]
    assert [line for line in told if line.startswith(words)], told
    assert not shows_a_pattern("\n".join(told))


@pytest.mark.parametrize(("head", "words"), HEADERS)
def test_a_wrong_first_line_of_the_register_is_told(head: str, words: str) -> None:
    told = [str(fault) for fault in parse_register(head)[1]]
    assert [line for line in told if line.startswith(words)], told


@pytest.mark.parametrize(("content", "words"), SECRETS)
def test_a_wrong_secret_is_told_and_not_shown(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "a.secret"
    path.write_text(content)
    told = fault_of_secrets(path)
    assert told
    assert words in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04rest", 'is a spreadsheet (or another zip file): save it as "CSV UTF-8"'),
        (b"{\\rtf1 site}", "is a document with formatting (RTF): save it as plain text"),
        (b"site = \x00\x00\x00\x01", "is no text: a zero byte stands in line 1"),
        (b"#" * 4_000_001, "is larger than 4 MB, so it is another file"),
    ],
)
def test_another_kind_of_file_is_called_what_it_is(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = written(tmp_path, "")
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=re.escape(words)):
        load(path, DeviceSettings)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_settings_are_read_in_every_form_that_editors_write(
    tmp_path: Path, codec: str, ends: str
) -> None:
    path = written(tmp_path, "")
    text = GATEWAY.replace("Lincoln School", "Schule Köln – Süd")
    path.write_bytes(text.replace("\n", ends).encode(codec))
    assert load(path, GatewaySettings).site.name == "Schule Köln – Süd"


def test_the_key_of_another_certificate_is_a_fault(tmp_path: Path) -> None:
    text = DEVICE.replace("mqtt://127.0.0.1:1883", "mqtts://10.20.0.1")
    text += 'ca = "ca.crt"\ncert = "unit.crt"\nkey = "other.key"\ngateway_cert = "unit.crt"\n'
    new_authority().sign(tmp_path, "other")
    (told,) = faults(tmp_path, text, DeviceSettings)
    assert told.endswith("other.key is the key of another certificate than unit.crt")


@pytest.mark.parametrize(
    ("name", "words"),
    [("cert", "other.txt holds no certificate (PEM)"), ("key", "other.txt holds no private key")],
)
def test_a_file_of_another_kind_in_the_place_of_a_certificate_is_a_fault(
    tmp_path: Path, name: str, words: str
) -> None:
    text = DEVICE.replace("mqtt://127.0.0.1:1883", "mqtts://10.20.0.1")
    text += 'ca = "ca.crt"\ncert = "unit.crt"\nkey = "unit.key"\ngateway_cert = "unit.crt"\n'
    (tmp_path / "other.txt").write_text("hello\n")
    text = re.sub(rf'^{name} = ".*"$', f'{name} = "other.txt"', text, flags=re.MULTILINE)
    (told,) = faults(tmp_path, text, DeviceSettings)
    assert words in told
