"""DC-09: byte for byte as frozen, and whatever the text, a frame that receivers can read."""

import json
import re
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysiaalarm.account import SIAAccount
from pysiaalarm.event import SIAEvent
from pysiaalarm.sync.client import SIAClient
from pysiaalarm.utils.enums import CommunicationsProtocol

from gateway.core.formats.dc09.codes import CODES, code_of_trouble, contact_id, sia_dcs, text_block
from gateway.core.formats.dc09.events import Account, EventWriter, message_of, read_events
from gateway.core.formats.dc09.frame import (
    Message,
    Station,
    padding,
    unframe,
    write_clear,
    write_sealed,
)
from gateway.core.formats.dc09.key import read_key
from gateway.core.formats.dc09.reply import judge, take_reply
from gateway.core.formats.dc09.text import LONGEST, read_text, write_text
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.timeline import Event
from gateway.core.values import Now, Room
from gateway.receivers.dc09.aes import Aes
from tests.formats.dc09 import ALWAYS, KEY, STAMP, STATION
from tests.waiting import patience
from wire.ids import AlertId, IncidentId, Monotonic, UnitId, Wall

ROOM = Room("204", "204", "2", "Main")
VECTORS = {
    path.stem: json.loads(path.read_text())
    for path in sorted(Path("tests/formats/vectors/dc09").iterdir())
}


@pytest.mark.parametrize("name", VECTORS)
def test_a_frame_is_byte_for_byte_as_frozen(name: str) -> None:
    case = VECTORS[name]
    station = Station(case["account"])
    write = sia_dcs if case["token"] == "SIA-DCS" else contact_id
    place = (case["account"], case["event"], case["area"], case["zone"])
    data = write(*place, over=case["over"]) if case["event"] else ""
    message = Message(case["token"], case["sequence"], data, case["blocks"])
    if "key" in case:
        cipher = Aes(read_key(case["key"], "text"))
        pad = case["pad"].encode()
        made = write_sealed(
            station, message, case["stamp"], cipher, lambda size: (pad * size)[:size]
        )
    else:
        made = write_clear(station, message, case["stamp"])
    assert made.hex() == case["frame"]


@given(st.text() | st.text(min_size=1000, max_size=10_000))
def test_any_text_comes_back_or_is_marked_as_shortened(text: str) -> None:
    written = write_text(text)
    assert written.isascii()
    assert written.isprintable() or not written
    assert len(written) <= LONGEST
    assert not set(written) & set('[]|^"')
    match read_text(written):
        case (whole,):
            assert whole == text
        case (head, tail):
            assert text.startswith(head)
            assert text.endswith(tail)
            assert tail


@given(st.text(max_size=10_000), st.sampled_from([16, 24, 32]))
def test_any_text_gives_an_encrypted_frame_that_decrypts_to_it(text: str, size: int) -> None:
    cipher = Aes(secrets.token_bytes(size))
    blocks = text_block(write_text(text))
    message = Message("ADM-CID", 1, contact_id("1234", "panic", 2, 204), blocks)
    made = write_sealed(STATION, message, STAMP, cipher, padding(secrets.token_bytes))
    clear = cipher.decrypt(bytes.fromhex(unframe(made).split(b"[", 1)[1].decode()))
    pad, rest = clear.split(b"|", 1)
    assert 16 <= len(pad) <= 31
    assert rest.decode() == f"{message.data}]{blocks}{STAMP}"
    assert len(made) < 1000  # what receivers take in one read


@contextmanager
def centre(protocol: str, key: str | None) -> Iterator[tuple[socket.socket, list[SIAEvent]]]:
    """pysiaalarm as the receiver, and a socket connected to it."""
    came: list[SIAEvent] = []
    account = SIAAccount("1234", key, allowed_timeband=None)
    with SIAClient(
        "127.0.0.1", 0, [account], came.append, CommunicationsProtocol(protocol)
    ) as client:
        kind = socket.SOCK_STREAM if protocol == "TCP" else socket.SOCK_DGRAM
        with socket.socket(socket.AF_INET, kind) as line:
            line.settimeout(patience(5))
            server: Any = client.sia_server
            line.connect(server.server_address)
            yield line, came


@pytest.mark.parametrize("protocol", ["TCP", "UDP"])
@pytest.mark.parametrize("key", [None, KEY, "0123456789ABCDEF01234567", KEY + KEY])
@pytest.mark.parametrize("write", [contact_id, sia_dcs])
def test_a_receiver_of_others_takes_each_event(protocol: str, key: str | None, write: Any) -> None:
    token = "SIA-DCS" if write is sia_dcs else "ADM-CID"
    cipher = Aes(read_key(key, "text")) if key else None
    with centre(protocol, key) as (line, _):
        for number, what in enumerate(CODES, start=1):
            data = write("1234", what, 2, 204)
            message = Message(token, number, data, text_block(write_text("PANIC Zoë [1]")))
            if cipher:
                pad = padding(secrets.token_bytes)
                line.send(write_sealed(STATION, message, STAMP, cipher, pad))
            else:
                line.send(write_clear(STATION, message, STAMP))
            taken = take_reply(line.recv(4096))
            assert taken is not None, what
            assert judge(taken[0], STATION, message, cipher, ALWAYS) == "taken", what


def test_what_is_encrypted_is_padded_with_letters_and_digits() -> None:
    pad = padding(secrets.token_bytes)(2000)
    assert pad.isalnum()
    assert len(set(pad)) == 62


@pytest.mark.parametrize(("text", "form"), [("zz", "hex"), ("é" * 16, "text"), ("short", "text")])
def test_a_bad_key_is_refused_without_being_shown(text: str, form: Any) -> None:
    with pytest.raises(ValueError, match="key") as refused:
        read_key(text, form)
    assert text not in str(refused.value)


def test_a_trouble_is_told_by_its_name() -> None:
    names = ["unit-lost-lincoln-204", "endpoint-county-911", "tamper-lincoln-204", "database"]
    names += ["receiver-line-arc", "receiver-line-arc/backup", "units-lost"]
    told = [code_of_trouble(name) for name in names]
    assert told == ["unit-lost", "communication", "tamper", None, "path-1", "path-2", None]


def test_the_frame_in_the_document_for_the_police_is_one_that_is_sent() -> None:
    (shown,) = re.findall(r"<LF>(.*)<CR>", Path("docs/police.md").read_text())
    incident = Incident(IncidentId("i"), Wall(0.0), Monotonic(0.0))
    room, pressed = ROOM, Wall(1_788_444_307.0)
    incident.add(
        IncomingAlert(AlertId("a"), "panic", UnitId("u"), room, pressed, 1, ()),
        Now(Monotonic(0.0), pressed),
    )
    writer = EventWriter(Account("1234", "Lincoln School"), lambda _: 4)
    (event,) = read_events(writer.write(incident, 1, (), ()))
    made = write_clear(STATION, message_of("ADM-CID", 5, event), STAMP)
    assert made == f"\n{shown}\r".encode()


@given(*(st.text(max_size=10_000) for _ in range(3)), st.integers(0, 999), st.integers(0, 99))
def test_any_school_and_room_give_a_frame_that_says_where_or_marks_what_it_left_out(
    site: str, name: str, building: str, zone: int, area: int
) -> None:
    incident = Incident(IncidentId("i"), Wall(0.0), Monotonic(0.0))
    room = Room("204", name, "2", building)
    claim = IncomingAlert(AlertId("a"), "panic", UnitId("u"), room, Wall(0.0), 1, ())
    incident.add(claim, Now(Monotonic(0.0), Wall(0.0)))
    writer = EventWriter(Account("1234", site, area=area), lambda _: zone)
    (event,) = read_events(writer.write(incident, 1, (), ()))
    body = unframe(write_clear(STATION, message_of("ADM-CID", 5, event), STAMP)).decode("ascii")
    data, words = re.fullmatch(r".*?\[(.*?)\]\[I(.*?)\]_.*", body).groups()  # type: ignore[union-attr]
    assert data == f"#1234|1122 {area:02d} {zone:03d}"
    read = read_text(words)
    assert read[0].startswith("PANIC 00:00:00Z")
    assert read[-1].endswith("room 204")
    if len(read) == 1:
        assert site in read[0]
        assert building in read[0]


def test_a_centre_is_told_of_duress_once_and_of_no_other_word() -> None:
    incident = Incident(IncidentId("i"), Wall(0.0), Monotonic(0.0))
    claim = IncomingAlert(AlertId("a"), "panic", UnitId("u"), ROOM, Wall(0.0), 1, ())
    incident.add(claim, Now(Monotonic(0.0), Wall(0.0)))
    incident.note(Event(Wall(1.0), "cancel", "Lee", "a bag"))
    incident.note(Event(Wall(2.0), "duress", "Lee", "a bag"))
    writer = EventWriter(Account("1234", "Lincoln"), lambda _: 4)
    _, duress = read_events(writer.write(incident, 1, (), ()))
    assert duress.data == "#1234|1121 00 004"
    assert "DURESS Lee" in duress.blocks
    assert read_events(writer.write(incident, 2, (), ()))[1].name == duress.name
