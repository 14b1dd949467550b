"""The bench measures what it says: small runs on real processes."""

import math

import pytest

from bench import packets
from bench.contenders import ALL, SOCKETS, running
from bench.outcome import Fault, check
from bench.storm import run_storm


@pytest.mark.parametrize("name", ALL)
@pytest.mark.alone
def test_every_contender_brings_a_small_storm_to_the_endpoint_once(name: str) -> None:
    faults: list[Fault] = []
    seen = run_storm("test", name, 20, 0.0, faults)
    assert (seen.lost, faults) == (0, [])
    assert math.isfinite(seen.last)


def test_an_alert_that_never_arrived_is_told_as_lost() -> None:
    with running(SOCKETS) as contender, contender.connect(1) as fleet:
        press = fleet.ready(0)
        faults = check("test", contender, [press.alert], contender.seen())
    assert faults == [Fault("test", SOCKETS, "1 of 1 lost")]


def test_an_alert_in_two_requests_is_told_as_doubled() -> None:
    with running(SOCKETS) as contender, contender.connect(1) as fleet:
        press = fleet.ready(0)
        for _ in range(2):
            fleet.fire([press])
            fleet.listen_until(lambda: False, quiet=0.2)
        faults = check("test", contender, [press.alert], contender.seen())
    assert faults == [Fault("test", SOCKETS, "1 of 1 doubled")]


def test_a_packet_in_pieces_is_read_once_it_is_whole() -> None:
    whole = packets.publish("a/b", b"x" * 300, 7)
    half = bytearray(whole[:100])
    assert list(packets.split(half)) == []
    half += whole[100:]
    assert [packet.kind for packet in packets.split(half)] == [packets.PUBLISH]
