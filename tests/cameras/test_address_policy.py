"""Where a camera may be: not on this machine, nor link-local, unless the settings say so."""

import subprocess
from contextlib import closing

import pytest

from gateway.cameras.events import Pace
from gateway.cameras.sources.address_policy import any_address, other_machines
from gateway.cameras.sources.http import HttpCamera
from gateway.cameras.sources.rtsp import Rtsp
from gateway.cameras.sources.source import CameraError
from tests.cameras.webcam import WebCamera
from tests.faults.network import needs_root, own_network
from tests.waiting import until


@pytest.mark.parametrize("address", ["10.0.0.9", "192.168.7.1", "203.0.113.5", "fd00::7"])
def test_a_camera_may_be_anywhere_in_the_network(address: str) -> None:
    assert other_machines(address)


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
    assert not other_machines(address)
    assert any_address(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0.0.0.0"])
def test_a_barred_camera_hears_nothing_at_all(host: str) -> None:
    with WebCamera(lambda caller: caller.say(200, b"")) as camera:
        url = camera.url.replace("127.0.0.1", host)
        for source in (
            HttpCamera(url, None, None, other_machines),
            Rtsp(url.replace("http", "rtsp"), None, None, other_machines),
            Rtsp(url.replace("http", "rtsps"), None, None, other_machines),
        ):
            with closing(source), pytest.raises(CameraError, match="allow_local"):
                source.take(Pace.REST)
        assert camera.connections == 0


@needs_root
@pytest.mark.parametrize("address", ["10.9.8.7", "fd00:9::7"])
def test_a_camera_may_not_be_an_interface_of_this_machine(address: str) -> None:
    with own_network():
        assert other_machines(address)
        subprocess.run(["ip", "address", "add", address, "dev", "lo"], check=True)
        # The kernel takes an address of IPv6 into use a moment after it was added.
        until(lambda: not other_machines(address))
