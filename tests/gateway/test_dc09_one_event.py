"""Why a frame tells of one event: a receiver of others shows one, whatever it acknowledges."""

import socket

import pytest

from gateway.core.formats.dc09.frame import frame
from tests.gateway.arc import ACCOUNT, Arc
from tests.waiting import patience

TWO_EVENTS = [
    '"SIA-DCS"0001R0L0#{0}[#{0}|Nri0/HA004/HA005]',
    '"SIA-DCS"0001R0L0#{0}[#{0}|Nri0/HA004|Nri0/HA005]',
    '"SIA-DCS"0001R0L0#{0}[#{0}|Nri0/HA004][#{0}|Nri0/HA005]',
    '"ADM-CID"0001R0L0#{0}[#{0}|1122 00 004|1122 00 005]',
    '"ADM-CID"0001R0L0#{0}[#{0}|1122 00 004][#{0}|1122 00 005]',
]


@pytest.mark.parametrize("body", TWO_EVENTS)
def test_of_two_events_in_a_frame_a_receiver_of_others_shows_one_at_most(body: str) -> None:
    with Arc() as arc, socket.create_connection(("127.0.0.1", arc.port)) as line:
        line.settimeout(patience(5))
        line.sendall(frame(body.format(ACCOUNT).encode()))
        assert line.recv(500)
        # It answers first and shows then: nothing is to be shown any more once it hangs up.
        line.shutdown(socket.SHUT_WR)
        assert line.recv(500) == b""
    assert len(arc.alarms()) <= 1
