"""Servers that speak RTSP badly: each costs a reason and one player at most."""

import random
import socket
from contextlib import closing
from pathlib import Path

import pytest

from gateway.cameras.events import Pace
from gateway.cameras.sources.rtsp import Rtsp
from gateway.cameras.sources.source import CameraError
from tests.cameras.players import players
from tests.cameras.rtspcamera import (
    ANSWER,
    REDIRECT,
    SDP,
    Speaker,
    count,
    pours,
    shows_a_page,
)


def test_a_gigabyte_costs_a_reason_and_little_memory() -> None:
    with closing(Speaker(pours)) as flood, closing(Rtsp(flood.url, None)) as source:
        with pytest.raises(CameraError):
            source.take(Pace.REST)
        assert flood.callers
        peaks = [Path(f"/proc/{each}/status").read_text().split("VmHWM:")[1] for each in players()]
        assert all(int(peak.split(maxsplit=1)[0]) < 200_000 for peak in peaks)


def test_a_redirect_is_never_followed() -> None:
    def redirects(caller: socket.socket, head: bytes) -> None:
        caller.sendall(REDIRECT % (count(head), elsewhere.url.encode()))

    with (
        closing(Speaker(shows_a_page)) as elsewhere,
        closing(Speaker(redirects)) as camera,
        closing(Rtsp(camera.url, None)) as source,
    ):
        for _ in range(2):
            with pytest.raises(CameraError, match="the camera redirects; give its final address"):
                source.take(Pace.REST)
            assert not players()
        assert (camera.callers, elsewhere.callers) == (2, 0)


def test_whatever_a_server_says_costs_a_reason_and_no_second_player() -> None:
    chance = random.Random(7)
    said = iter([_rubbish(chance) for _ in range(200)])

    def babbles(caller: socket.socket, _head: bytes) -> None:
        caller.sendall(next(said))

    with closing(Speaker(babbles, once=True)) as server, closing(Rtsp(server.url, None)) as source:
        for _ in range(25):
            with pytest.raises(CameraError):
                source.take(Pace.WATCHED)
            assert len(players()) == 1
        assert server.callers >= 25


def _rubbish(chance: random.Random) -> bytes:
    """An answer to OPTIONS or DESCRIBE, damaged or made up."""
    length = chance.choice([0, len(SDP), 1 << 31])
    whole = bytearray(ANSWER % (str(chance.randrange(3)).encode(), length) + SDP)
    for _ in range(chance.randrange(6)):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    return bytes(whole) if chance.random() < 0.8 else chance.randbytes(300)
