"""What is refused before h11 reads it, and that nothing else is."""

import time
from contextlib import suppress

import h11
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from service.http_lines import LONGEST_HEAD, MOST_LINES, bounded_http
from tests.waiting import patience

ASKED = b"GET / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = ASKED + b"Transfer-Encoding: chunked\r\n\r\n"
TEXT = bytes(each for each in range(256) if each == 9 or (each >= 32 and each != 127))

names = st.text("abcXYZ-_!~0", min_size=1, max_size=30).map(str.encode)
values = st.lists(st.sampled_from(TEXT), max_size=200).map(bytes)
lines = st.builds(lambda name, value: name + b": " + value, names, values)
hostile = st.sampled_from([b" " * 4000, b"\t" * 999, b"\0", b"\r", b"\n", b"\r\n", b"a:", b"\x0b"])
soup = st.lists(st.one_of(hostile, lines), max_size=60).map(b"".join)


def heard(http: h11.Connection, data: bytes, by: int = 4096) -> list[object]:
    """All events of `data`, which comes in parts."""
    events: list[object] = []
    for place in range(0, len(data), by):
        http.receive_data(data[place : place + by])
        while (event := http.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            events.append(event)
    return events


@given(st.lists(lines, max_size=MOST_LINES - 4), st.integers(1, 5000))
def test_what_fits_the_bounds_is_read_as_h11_reads_it(fields: list[bytes], by: int) -> None:
    head = ASKED + b"\r\n".join([*fields, b"", b""])
    assume(len(head) <= LONGEST_HEAD)
    plain = h11.Connection(h11.SERVER, LONGEST_HEAD)
    assert heard(bounded_http(h11.SERVER), head, by) == heard(plain, head, by)


@given(st.sampled_from([ASKED, CHUNKED, CHUNKED + b"0\r\n", CHUNKED + b"1;"]), soup)
@example(ASKED, b"a:" + b" " * 60_000 + b"\0\r\n\r\n")
@example(CHUNKED + b"1;", b" " * 60_000 + b"\nx\r\n")
def test_nothing_costs_h11_more_than_its_length_in_time(start: bytes, rest: bytes) -> None:
    http, data = bounded_http(h11.SERVER), start + rest + b"\r\n\r\n"
    began = time.thread_time()
    with suppress(h11.RemoteProtocolError):
        heard(http, data, len(data))
    assert time.thread_time() - began < patience(0.02 + 0.0005 * len(data) / 1000)


@pytest.mark.parametrize("control", [0x00, 0x01, 0x0B, 0x0C, 0x0D, 0x1F, 0x7F])
def test_a_control_character_is_no_part_of_a_head(control: int) -> None:
    with pytest.raises(h11.RemoteProtocolError, match="a control character"):
        heard(bounded_http(h11.SERVER), ASKED + b"a: b" + bytes([control]) + b"c\r\n\r\n")


def test_a_head_is_bounded_though_it_comes_at_once() -> None:
    head = ASKED + b"a: " + b"b" * LONGEST_HEAD + b"\r\n\r\n"
    with pytest.raises(h11.RemoteProtocolError, match="more than 16384 bytes"):
        heard(bounded_http(h11.SERVER), head, len(head))


def test_a_head_has_so_many_lines_at_the_most() -> None:
    with pytest.raises(h11.RemoteProtocolError, match="more than 128 lines"):
        heard(bounded_http(h11.SERVER), ASKED + b"a: b\r\n" * MOST_LINES + b"\r\n")


def test_a_request_behind_another_is_bounded_too() -> None:
    http = bounded_http(h11.SERVER)
    heard(http, ASKED + b"\r\n" + ASKED + b"a:" + b" " * 60_000 + b"\0\r\n\r\n", 100_000)
    http.send(h11.Response(status_code=204, headers=[]))
    http.send(h11.EndOfMessage())
    http.start_next_cycle()
    with pytest.raises(h11.RemoteProtocolError, match="more than 16384 bytes"):
        http.next_event()


def test_a_large_body_may_come_in_chunks_of_a_kilobyte_but_none_in_bytes() -> None:
    many = b"400\r\n" + b"x" * 1024 + b"\r\n"
    heard(bounded_http(h11.SERVER), CHUNKED + many * 5_000)
    with pytest.raises(h11.RemoteProtocolError, match="chunks of some bytes"):
        heard(bounded_http(h11.SERVER), CHUNKED + b"1\r\nx\r\n" * 5_000)
