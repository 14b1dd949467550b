"""Where a camera may be: not on this machine, nor link-local, unless the settings say so."""

from contextlib import closing

import pytest

from gateway.cameras.events import Pace
from gateway.cameras.httpcamera import HttpCamera
from gateway.cameras.reach import anywhere, elsewhere
from gateway.cameras.rtsp import Rtsp
from gateway.cameras.source import CameraError
from tests.cameras.webcam import WebCamera


@pytest.mark.parametrize("address", ["10.0.0.9", "192.168.7.1", "203.0.113.5", "fd00::7"])
def test_a_camera_may_be_anywhere_in_the_network(address: str) -> None:
    assert elsewhere(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fe80::1%eth0",
        "2002:7f00:1::",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "ff02::1",
    ],
)
def test_a_camera_may_not_be_this_machine_or_its_link(address: str) -> None:
    assert not elsewhere(address)
    assert anywhere(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0.0.0.0"])
def test_a_barred_camera_hears_nothing_at_all(host: str) -> None:
    with WebCamera(lambda caller: caller.say(200, b"")) as camera:
        url = camera.url.replace("127.0.0.1", host)
        for source in (
            HttpCamera(url, None, None, elsewhere),
            Rtsp(url.replace("http", "rtsp"), None, None, elsewhere),
            Rtsp(url.replace("http", "rtsps"), None, None, elsewhere),
        ):
            with closing(source), pytest.raises(CameraError, match="allow_local"):
                source.take(Pace.REST)
        assert camera.connections == 0
