"""What a gateway and its notifier's process say to each other; rubbish from there is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.effects import CancelReport, SendReport
from gateway.core.events import HealthStatus, ResponseReceived, SendFailed
from gateway.core.formats.eido import MEDIA_TYPE
from gateway.core.values import ChannelId, Exchange, ReportId
from gateway.receivers.eido.process_protocol import (
    LONGEST_NOTE,
    Certificates,
    Note,
    Order,
    Preload,
    ReloadCertificates,
    read_note,
    read_order,
    write_note,
    write_order,
)
from wire.clean import clean
from wire.errors import WireError
from wire.ids import IncidentId, Seconds, Wall
from wire.receiver_troubles import EIDO

FLIGHT = ReportId(ChannelId("psap"), IncidentId("i-1"), 7)
TAKEN = Exchange(MEDIA_TYPE, b'{"event":{}}', Wall(1.5), b"\xc3\xa9", Wall(2.5))
PEM = Certificates("whom we trust", "who we are", "our key")
LAUNCH = SendReport(FLIGHT, '{"words":"\\né\\u0000"}', Seconds(4.0))


@pytest.mark.parametrize(
    "order", [LAUNCH, Preload(LAUNCH), CancelReport(FLIGHT), ReloadCertificates(PEM)]
)
def test_an_order_is_one_line_and_reads_back(order: Order) -> None:
    line = write_order(order)
    assert line.count(b"\n") == 1
    assert read_order(line) == order


@pytest.mark.parametrize(
    "note",
    [
        ResponseReceived(FLIGHT, 200, b""),
        ResponseReceived(FLIGHT, 404, b"no such thing"),
        ResponseReceived(FLIGHT, 200, b"", exchanges=(TAKEN,)),
        SendFailed(FLIGHT, "no agency has subscribed"),
        HealthStatus(EIDO.name("psap"), None),
        HealthStatus(EIDO.name("psap"), "no agency has subscribed"),
    ],
)
def test_a_note_is_one_line_and_reads_back(note: Note) -> None:
    line = write_note(note)
    assert line.count(b"\n") == 1
    assert read_note(line) == note


@given(st.text())
def test_words_of_strangers_make_one_bounded_printable_line(words: str) -> None:
    for note in (ResponseReceived(FLIGHT, 500, words.encode()), SendFailed(FLIGHT, words)):
        line = write_note(note)
        assert len(line) < LONGEST_NOTE
        assert line.count(b"\n") == 1
    assert read_note(line) == SendFailed(FLIGHT, clean(clean(words)))


def test_events_that_are_too_long_for_a_line_are_left_out_and_the_answer_is_not() -> None:
    long = TAKEN._replace(document=b"x" * LONGEST_NOTE)
    note = ResponseReceived(FLIGHT, 200, b"", exchanges=(long,))
    assert read_note(write_note(note)) == note._replace(exchanges=())


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[" * 9000,
        b'["answered","w","i","7",200,"",[]]',
        b'["answered","w","i",7,200]',
        b'["answered","w","i",7,200,"",7]',
        b'["answered","w","i",7,200,"",[["event","answer",1.0,"2"]]]',
        b'["answered","w","i",7,200,"",[["event","answer",1.0,NaN]]]',
        b'["condition",7,null]',
        b'["launch","w","i",7,4.0,"{}"]',
        b"\xff",
    ],
)
def test_what_is_no_note_is_refused(line: bytes) -> None:
    with pytest.raises(WireError):
        read_note(line)
