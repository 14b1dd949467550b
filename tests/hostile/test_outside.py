"""H13, H20 to H22, H26: what comes from outside as bytes: payloads, cameras, endpoints."""

import json
import random
import struct
import time
import tracemalloc
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cameras.events import Pace
from gateway.cameras.images.sanitize import sanitize
from gateway.cameras.sources.address_policy import any_address
from gateway.cameras.sources.http import HttpCamera
from gateway.cameras.sources.source import CameraError
from gateway.config.settings import GatewaySettings
from service.settings import SettingsError
from tests.cameras.webcam import WebCamera
from tests.gateway.core import Core, alert, at
from tests.gateway.endpoint import Endpoint, status
from tests.gateway.school import Wall, running, school
from tests.service.files import GATEWAY, read_gateway
from tests.waiting import patience, until
from wire.codec import decode, encode
from wire.errors import WireError

VECTORS = [
    case.get("text", "").encode() or bytes.fromhex(case.get("hex", ""))
    for path in sorted(Path("wire/vectors/messages").iterdir())
    for case in [json.loads(path.read_text())]
]
# Where parsers break: numbers beyond all bounds, depth, doubled keys, bytes that are no text.
SPLINTERS = [
    b"NaN", b"-Infinity", b"1e400", b"9" * 400, b"[" * 200, b'{"v":1,' * 20, b"\xff", b"\xc0\x80",
    b"\xed\xa0\x80", b"\\u0000", b"\\ud800", b'"v":1,"v":2,', b"\0", b"true", b"null", b"-0.0",
]  # fmt: skip


def mutated(payload: bytes, dice: random.Random) -> bytes:
    """A payload with one to four places changed, cut out, doubled, or filled with a splinter."""
    bytes_ = bytearray(payload)
    for _ in range(dice.randint(1, 4)):
        at_, length = dice.randrange(len(bytes_) + 1), dice.randrange(12)
        match dice.randrange(4):
            case 0:
                bytes_[at_ : at_ + length] = dice.randbytes(length)
            case 1:
                del bytes_[at_ : at_ + length]
            case 2:
                bytes_[at_:at_] = bytes_[at_ : at_ + length * 8]
            case _:
                bytes_[at_ : at_ + length] = dice.choice(SPLINTERS)
    return bytes(bytes_[:4200])


def is_read(payload: bytes) -> bool:
    try:
        decode(payload)
    except WireError:
        return False
    return True


def test_h13_a_hundred_thousand_mutated_payloads_break_nothing_and_keep_no_memory() -> None:
    dice = random.Random(20261124)
    read = sum(is_read(mutated(dice.choice(VECTORS), dice)) for _ in range(80_000))
    tracemalloc.start()
    read += sum(is_read(mutated(dice.choice(VECTORS), dice)) for _ in range(20_000))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_000_000
    assert read > 100  # else the mutations are too coarse to get past the first check


@settings(max_examples=2000)
@given(st.binary(max_size=4200) | st.sampled_from(VECTORS).flatmap(lambda v: st.just(v[::-1])))
def test_h13_no_bytes_at_all_break_the_decoder(payload: bytes) -> None:
    is_read(payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=500)
@given(st.dictionaries(st.sampled_from(sorted(json.loads(encode(alert())))), JSON, max_size=3))
def test_h13_no_value_of_a_field_breaks_the_decoder(fields: dict[str, Any]) -> None:
    is_read(json.dumps({**json.loads(encode(alert())), **fields}).encode())


@settings(max_examples=300)
@given(st.binary(max_size=4200))
def test_h13_whatever_comes_the_next_alert_is_reported_at_once(payload: bytes) -> None:
    core = Core()
    core.hear(payload, at(0), "lincoln-205")
    core.hear(alert("204"), at(0))
    assert any(each["unit"] == "lincoln-204" for each in core.report(at(0))["alerts"])


@pytest.mark.parametrize(
    "source",
    [
        "file:///etc/passwd",
        "ftp://10.0.0.9/a.jpg",
        "gopher://10.0.0.9/",
        "http://user@10.0.0.9/a.jpg",
        "http://user:word@10.0.0.9/a.jpg",
        "http:///a.jpg",
        "concat:/etc/passwd",
        "/dev/video0",
    ],
)
def test_h20_no_other_scheme_and_no_login_is_taken_for_a_camera(
    tmp_path: Path, source: str
) -> None:
    with pytest.raises(SettingsError):
        read_gateway(tmp_path, f'{GATEWAY}[[camera]]\nid = "hall-2"\nsource = "{source}"\n')


def test_h20_a_camera_sends_us_nowhere_else() -> None:
    with WebCamera(lambda caller: caller.say(200, b"")) as trap:

        def redirect(caller: Any) -> None:
            caller.say(302, b"", Location=trap.url)

        with (
            WebCamera(redirect) as camera,
            closing(HttpCamera(camera.url, None)) as source,
            pytest.raises(CameraError, match="redirects"),
        ):
            source.take(Pace.REST)
        assert trap.connections == 0


def test_h20_a_second_answer_of_a_resolver_is_not_asked_for() -> None:
    """What was judged is what is connected to: the judge hears each address just once."""
    judged: list[str] = []

    def reach(address: str) -> bool:
        judged.append(address)
        return any_address(address)

    with WebCamera(lambda caller: caller.say(403, b"")) as camera:
        url = camera.url.replace("127.0.0.1", "localhost")
        with (
            closing(HttpCamera(url, None, None, reach)) as source,
            pytest.raises(CameraError, match="403"),
        ):
            source.take(Pace.REST)
        assert camera.requests[0]["Host"].startswith("localhost:")
    assert sorted(judged) == sorted(set(judged))


@pytest.mark.parametrize("name", ["../../x", "a/b", "x" * 5000, "\\u0000", "", "."])
def test_h21_a_cameras_name_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError):
        read_gateway(tmp_path, f'{GATEWAY}[[camera]]\nid = "{name}"\nsource = "test:"\n')


def test_h22_a_picture_that_would_fill_the_memory_is_refused_unopened() -> None:
    size = struct.pack(">HH", 50_000, 50_000)
    frame = b"\xff\xc0\x00\x11\x08" + size + b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
    scan = b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
    began = time.monotonic()
    with pytest.raises(CameraError):
        sanitize(b"\xff\xd8" + frame + scan + b"\0" * 100 + b"\xff\xd9")
    assert time.monotonic() - began < patience(1.0)


def test_h22_what_is_also_a_web_page_is_no_picture() -> None:
    for page in (b"<html><script>alert(1)</script>", b"\xff\xd8\xff<script>alert(1)</script>"):
        with pytest.raises(CameraError):
            sanitize(page)


def test_h22_the_process_that_reports_holds_no_decoder(tmp_path: Path) -> None:
    with Endpoint() as endpoint, school(tmp_path, endpoint) as found, running(found) as gateway:
        wall = Wall(found)
        wall.press(alert("100"))
        until(endpoint.reports)
        wall.stop()
        loaded = Path(f"/proc/{gateway.pid}/maps").read_text()
    for library in ("_imaging", "libavcodec", "libjpeg"):
        assert library not in loaded
    assert "_ssl" in loaded or "libcrypto" in loaded  # the maps were read


def test_h26_no_environment_and_no_redirect_sends_a_report_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Endpoint() as trap, Endpoint(status(302, Location=trap.url)) as endpoint:
        address = trap.url.removesuffix("/reports")
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, address)
        (tmp_path / ".netrc").write_text("default login thief password thief\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        with school(tmp_path, endpoint) as found, running(found):
            wall = Wall(found)
            wall.press(alert("100"))
            until(lambda: len(endpoint.bodies) >= 2, 15)
            wall.stop()
        assert trap.bodies == []
        assert trap.gets == 0
        assert all(b"thief" not in body for body in endpoint.bodies)


def test_these_settings_are_good_but_for_what_each_test_spoils(tmp_path: Path) -> None:
    good = f'{GATEWAY}[[camera]]\nid = "hall-2"\nsource = "http://10.0.0.9/a.jpg"\n'
    assert isinstance(read_gateway(tmp_path, good), GatewaySettings)
