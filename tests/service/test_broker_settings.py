"""A way to a broker: TLS with certificates on both sides, or it does not leave this machine."""

from pathlib import Path

import pytest

from device.settings import DeviceSettings
from service.broker import Broker
from service.urls import is_loopback
from tests.service.files import DEVICE, faults, read_device

PLAIN = 'url = "mqtt://127.0.0.1:1883"'
CERTIFICATES = 'ca = "ca.crt"\ncert = "unit.crt"\nkey = "unit.key"\ngateway_cert = "ca.crt"\n'


def broker(folder: Path, url: str, more: str = "") -> Broker:
    return read_device(folder, DEVICE.replace(PLAIN, f'url = "{url}"') + more).gateway[0]


def fault(folder: Path, url: str, more: str = "") -> str:
    told = faults(folder, DEVICE.replace(PLAIN, f'url = "{url}"') + more, DeviceSettings)
    assert len(told) == 1
    return told[0]


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("mqtt://127.0.0.1", "127.0.0.1", 1883),
        ("mqtt://localhost:1884", "localhost", 1884),
        ("mqtt://[::1]:1884", "::1", 1884),
        ("mqtts://10.20.0.1", "10.20.0.1", 8883),
        ("mqtts://gateway.school.example:8884", "gateway.school.example", 8884),
    ],
)
def test_a_good_address_is_taken(tmp_path: Path, url: str, host: str, port: int) -> None:
    taken = broker(tmp_path, url, CERTIFICATES)
    assert (taken.host, taken.port, taken.secure) == (host, port, url.startswith("mqtts"))


@pytest.mark.parametrize(
    "url",
    [
        "mqtt://10.20.0.1:1883",
        "mqtt://gateway",
        "mqtt://0.0.0.0",
        "mqtt://localhost.example.com",
        "mqtt://2130706433",
    ],
)
def test_without_tls_only_loopback_is_taken(tmp_path: Path, url: str) -> None:
    assert "use mqtts://" in fault(tmp_path, url)


@pytest.mark.parametrize("lacking", ["ca", "cert", "key"])
def test_tls_needs_all_three_files(tmp_path: Path, lacking: str) -> None:
    lines = [line for line in CERTIFICATES.splitlines() if not line.startswith(f"{lacking} ")]
    told = fault(tmp_path, "mqtts://10.20.0.1", "\n".join(lines))
    assert told.endswith(f"mqtts:// also needs {lacking}")


def test_a_unit_must_know_its_gateways_seal(tmp_path: Path) -> None:
    told = fault(
        tmp_path, "mqtts://10.20.0.1", CERTIFICATES.replace("gateway_cert", "# gateway_cert")
    )
    assert told.endswith("mqtts:// also needs gateway_cert, the gateway's certificate")


def test_a_certificate_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    told = fault(tmp_path, "mqtts://10.20.0.1", CERTIFICATES.replace("ca.crt", "other.crt", 1))
    assert f"there is no file {tmp_path / 'other.crt'}" in told


@pytest.mark.parametrize(
    "url",
    [
        "",
        "10.20.0.1",
        "https://10.20.0.1",
        "mqtts://",
        "mqtts://10.20.0.1:99999",
        "mqtts://10.20.0.1:0",
        "mqtts://10.20.0.1:x",
        "mqtts://[::1",
        "mqtts://10.20.0.1/topic",
        "mqtts://user@10.20.0.1",
    ],
)
def test_any_other_address_is_a_fault_of_the_file(tmp_path: Path, url: str) -> None:
    assert fault(tmp_path, url, CERTIFICATES).startswith("line 5: gateway[1].url: ")


def test_loopback_is_what_never_leaves_the_machine() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "localhost")))
    assert not any(map(is_loopback, ("10.0.0.1", "0.0.0.0", "::", "example.com", "")))
