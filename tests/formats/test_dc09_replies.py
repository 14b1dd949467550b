"""DC-09: what a receiver's reply means, and which bytes are no reply."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.formats.dc09.frame import (
    Message,
    Station,
    frame,
)
from gateway.core.formats.dc09.reply import judge, read_reply, take_reply
from gateway.receivers.dc09.aes import Aes
from tests.formats.dc09 import ALWAYS, KEY, STAMP, STATION
from wire.errors import WireError
from wire.ids import Wall


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (b'"ACK"0007R0L0#1234[]', "taken"),
        (b'"ACK"0008R0L0#1234[]', None),
        (b'"ACK"0007R0L0#1235[]', None),
        (b'"ACK"0007R1L0#1234[]', None),
        (b'"*ACK"0007R0L0#1234[00', None),
        (b'"NAK"0000R0L0A0[]_14:05:09,09-03-2026', "clock"),
        (b'"NAK"0000L0R0A0[]_14:05:09,09-03-2026', "clock"),
        (b'"NAK"0007R0L0#1234[]', "clock"),
        (b'"NAK"0000R0L0A0_14:05:09,09-03-2026', "clock"),
        (b'"NAK"0000R0L0[]_14:05:09,09-03-2026', "clock"),
        (b'"ACK"0007L0#1234[]', "taken"),
        (b'"ACK"0007r0l0#1234[]', "taken"),
        (b'"DUH"0007R0L0#1234[]', "refused"),
    ],
)
def test_each_answer_means_what_it_says_to_the_frame_it_names(
    body: bytes, verdict: str | None
) -> None:
    reply = read_reply(frame(body))
    assert judge(reply, STATION, Message("ADM-CID", 7), None, ALWAYS) == verdict


def test_an_ack_in_clear_does_not_prove_that_an_encrypted_frame_was_taken() -> None:
    reply = read_reply(frame(b'"ACK"0007R0L0#1234[]'))
    assert judge(reply, STATION, Message("ADM-CID", 7), Aes(KEY.encode()), ALWAYS) is None


@pytest.mark.parametrize("route", ["R0L0A0", "L0R0A0", "R0L0#1234", "R0L0"])
@pytest.mark.parametrize("brackets", ["[]", ""])
def test_the_time_of_a_nak_is_read_in_each_of_its_forms(route: str, brackets: str) -> None:
    reply = read_reply(frame(f'"NAK"0000{route}{brackets}{STAMP}'.encode()))
    assert reply.time == Wall(1_788_444_309.0)


@pytest.mark.parametrize("route", ["L0#1234", "R0L0#1234", "RABL0#1234", "NoneL0#1234"])
def test_without_a_receiver_number_any_is_ours_but_no_other_account(route: str) -> None:
    station = Station("1234", receiver="")
    assert station.route == "L0#1234"
    assert station.is_named_by(route)
    assert not station.is_named_by(route.replace("1234", "1235"))


def sealed_ack(clear: bytes) -> Any:
    cipher = Aes(KEY.encode())
    return read_reply(frame(b'"*ACK"0007R0L0#1234[' + cipher.encrypt(clear).hex().encode()))


@pytest.mark.parametrize(
    "clear",
    [
        b"P" * 26 + b"|]_14:05:09,09-03-2026",
        b"P" * 26 + b"|]_14:05:09,09-03-2026" + bytes([16] * 16),
        b"P" * 20 + b"|]_14:05:09,09-03-2026" + bytes([6] * 6),
        b"P" * 22 + b"|][X1]_14:05:09,09-03-2026",
    ],
    ids=["plain", "a-block-of-padding", "padding", "a-block-of-data"],
)
def test_the_time_of_an_encrypted_ack_is_found_whatever_follows(clear: bytes) -> None:
    message, sent = Message("ADM-CID", 7), Wall(1_788_444_309.0)
    verdict = judge(sealed_ack(clear), STATION, message, Aes(KEY.encode()), sent.__eq__)
    assert verdict == "taken"


def test_an_encrypted_ack_of_another_time_may_be_a_recorded_one() -> None:
    ack, cipher = sealed_ack(b"P" * 26 + b"|]_14:05:09,09-03-2026"), Aes(KEY.encode())
    assert judge(ack, STATION, Message("ADM-CID", 7), cipher, lambda _: False) == "stale"


@pytest.mark.parametrize(
    "before",
    [b"\r\n", b"\n", b"\r\n\r\n", b"WELCOME TO ARC 7\r\n", b'\nFFFF0014"ACK"', b"\x00\xff"],
)
def test_bytes_around_a_frame_are_skipped(before: bytes) -> None:
    ack = frame(b'"ACK"0007R0L0#1234[]')
    found = take_reply(before + ack + b"\n")
    assert found is not None
    assert found[0] == read_reply(ack)


def test_half_an_answer_is_waited_for_and_a_bare_nak_or_a_garbled_line_is_understood() -> None:
    assert take_reply(b'\nDBE70014"ACK"0001R0L0') is None
    assert take_reply(b"\n\r") == (None, b"")
    bare = take_reply(b'"NAK"')
    assert bare is not None
    assert bare[0] is not None
    assert bare[0].word == "NAK"


@given(st.binary(max_size=300))
def test_rubbish_is_no_answer(rubbish: bytes) -> None:
    with pytest.raises(WireError):
        read_reply(b"\n" + rubbish + b"\r")


def test_a_flood_is_no_answer() -> None:
    with pytest.raises(WireError):
        take_reply(bytes(10_000))
