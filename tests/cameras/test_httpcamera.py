"""What a network camera may do to its worker: nothing but give a picture or a reason."""

import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.cameras.events import Pace
from gateway.cameras.sources.http import HttpCamera
from gateway.cameras.sources.http_auth import Login
from gateway.cameras.sources.source import CameraError
from tests.cameras import webcam
from tests.cameras.webcam import Manners, WantsDigest, WebCamera
from tests.service.brokers import new_authority
from tests.waiting import patience

JPEG = webcam.picture()


@pytest.fixture
def camera() -> Iterator[WebCamera]:
    with WebCamera(webcam.gives(JPEG)) as camera:
        yield camera


@pytest.fixture
def login(tmp_path: Path) -> Login:
    (tmp_path / "password").write_text(f"{webcam.PASSWORD}\n", encoding="utf-8")
    return Login(webcam.USER, tmp_path / "password")


def reason_of(manners: Manners, login: Login | None = None) -> str:
    with WebCamera(manners) as camera, closing(HttpCamera(camera.url, login)) as source:
        with pytest.raises(CameraError) as caught:
            source.take(Pace.REST)
        return str(caught.value)


def test_a_picture_is_taken_as_it_is_and_the_connection_kept(camera: WebCamera) -> None:
    with closing(HttpCamera(camera.url, None)) as source:
        assert [source.take(Pace.REST).jpeg for _ in range(3)] == [JPEG] * 3
    assert camera.connections == 1


def test_a_basic_login_is_answered_and_remembered(camera: WebCamera, login: Login) -> None:
    camera.manners = webcam.wants_basic
    with closing(HttpCamera(camera.url, login)) as source:
        assert [source.take(Pace.REST).jpeg for _ in range(2)] == [JPEG] * 2
    assert len(camera.requests) == 3


def test_a_digest_login_is_answered_and_remembered(camera: WebCamera, login: Login) -> None:
    camera.manners = WantsDigest()
    with closing(HttpCamera(camera.url, login)) as source:
        assert [source.take(Pace.REST).jpeg for _ in range(2)] == [JPEG] * 2
    assert not any("Basic" in sent.get("Authorization", "") for sent in camera.requests)


def test_a_digest_nonce_may_grow_old(camera: WebCamera, login: Login) -> None:
    camera.manners = WantsDigest(uses=1)
    with closing(HttpCamera(camera.url, login)) as source:
        assert [source.take(Pace.REST).jpeg for _ in range(3)] == [JPEG] * 3


@pytest.mark.parametrize("manners", [webcam.wants_basic, WantsDigest()])
def test_a_wrong_password_is_named(manners: Manners, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("wrong")
    reason = reason_of(manners, Login(webcam.USER, tmp_path / "wrong"))
    assert reason == "the camera refuses the login; check user and password_file"


def test_a_corrected_password_works_without_a_restart(camera: WebCamera, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("wrong")
    camera.manners = WantsDigest()
    login = Login(webcam.USER, tmp_path / "password")
    with closing(HttpCamera(camera.url, login)) as source:
        with pytest.raises(CameraError):
            source.take(Pace.REST)
        (tmp_path / "password").write_text(webcam.PASSWORD, encoding="utf-8")
        assert source.take(Pace.REST).jpeg == JPEG


def test_a_missing_login_is_named() -> None:
    assert "set user and password_file" in reason_of(webcam.wants_basic)


def test_what_is_no_picture_is_named() -> None:
    html: Manners = lambda caller: caller.say(200, b"<html>", "text/html")  # noqa: E731
    assert reason_of(html) == "the camera sends no JPEG but text/html"
    gone: Manners = lambda caller: caller.say(404, b"<html>", "text/html")  # noqa: E731
    assert reason_of(gone) == "the camera answers 404 Not Found"
    assert reason_of(lambda caller: caller.say(799, b"")) == "the camera answers 799"


def test_a_gigabyte_is_not_read() -> None:
    began = time.monotonic()
    assert reason_of(webcam.never_ends) == "the camera sends more than 5 MB for a picture"
    assert time.monotonic() - began < patience(2)


def test_a_redirect_is_neither_followed_nor_read() -> None:
    began = time.monotonic()
    assert reason_of(webcam.redirects_without_end).startswith("the camera redirects (302)")
    assert time.monotonic() - began < patience(1)


def test_a_refusal_without_end_is_not_read(login: Login) -> None:
    began = time.monotonic()
    assert reason_of(webcam.refuses_without_end, login).startswith("the camera refuses the login")
    assert time.monotonic() - began < patience(1)


def test_a_picture_that_breaks_off_is_no_picture() -> None:
    def breaks_off(caller: webcam.Caller) -> None:
        caller.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + JPEG[:300])
        caller.close_connection = True

    assert reason_of(breaks_off) == "the connection broke in the middle of an answer"


def test_a_camera_that_is_not_there_is_named() -> None:
    with WebCamera(webcam.hangs) as camera:
        url = camera.url
    with closing(HttpCamera(url, None)) as source, pytest.raises(CameraError, match="reached"):
        source.take(Pace.REST)


@pytest.mark.parametrize(
    "manners",
    [webcam.hangs, webcam.drips_its_header, webcam.drips_its_body],
    ids=lambda m: m.__name__,
)
def test_a_cut_ends_any_wait_at_once(manners: Manners) -> None:
    with WebCamera(manners) as camera, closing(HttpCamera(camera.url, None)) as source:
        cut = threading.Timer(0.3, source.cut)
        cut.start()
        began = time.monotonic()
        with pytest.raises(CameraError):
            source.take(Pace.REST)
        assert time.monotonic() - began < patience(1)


def test_a_silent_tls_handshake_can_be_cut() -> None:
    with WebCamera(webcam.hangs) as camera:  # speaks no TLS, and waits for a line's end
        url = camera.url.replace("http:", "https:")
        with closing(HttpCamera(url, None)) as source:
            threading.Timer(0.3, source.cut).start()
            began = time.monotonic()
            with pytest.raises(CameraError):
                source.take(Pace.REST)
            assert time.monotonic() - began < patience(1)


def test_a_camera_that_was_cut_can_be_asked_again(camera: WebCamera) -> None:
    with closing(HttpCamera(camera.url, None)) as source:
        source.take(Pace.REST)
        source.cut()
        assert source.take(Pace.REST).jpeg == JPEG


def test_a_kept_connection_that_the_camera_closed_costs_no_picture(camera: WebCamera) -> None:
    def once(caller: webcam.Caller) -> None:
        caller.say(200, JPEG)
        caller.close_connection = True

    camera.manners = once
    with closing(HttpCamera(camera.url, None)) as source:
        assert [source.take(Pace.REST).jpeg for _ in range(5)] == [JPEG] * 5


def test_no_reason_holds_the_address_or_the_password(login: Login) -> None:
    for manners in (webcam.drips_its_header, webcam.wants_basic, webcam.never_ends):
        with WebCamera(manners) as camera, closing(HttpCamera(camera.url, None)) as source:
            threading.Timer(0.3, source.cut).start()
            with pytest.raises(CameraError) as caught:
                source.take(Pace.REST)
            assert "127.0.0.1" not in str(caught.value)
            assert webcam.PASSWORD not in str(caught.value)


def test_neither_proxy_nor_netrc_of_the_environment_is_used(tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password wrong\n")
    (tmp_path / "netrc").chmod(0o600)
    environment = {
        **os.environ,
        "NETRC": str(tmp_path / "netrc"),
        "http_proxy": "http://127.0.0.1:9",
        "REQUESTS_CA_BUNDLE": "/nowhere",
    }
    take = (
        "from gateway.cameras.sources.http import *; HttpCamera(sys.argv[1], None).take(Pace.REST)"
    )
    with WebCamera(webcam.gives(JPEG)) as camera:
        run = [sys.executable, "-W", "ignore", "-c", f"import sys; {take}", camera.url]
        assert subprocess.run(run, env=environment).returncode == 0
        assert "Authorization" not in camera.requests[0]


def test_a_camera_with_a_certificate_of_its_own_is_believed_if_the_settings_say_so(
    tmp_path: Path,
) -> None:
    new_authority().sign(tmp_path, "camera")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "camera.crt", tmp_path / "camera.key")
    with WebCamera(webcam.gives(JPEG)) as camera:
        camera.socket = context.wrap_socket(camera.socket, server_side=True)
        url = camera.url.replace("http:", "https:")
        with closing(HttpCamera(url, None)) as source, pytest.raises(CameraError, match="trusted"):
            source.take(Pace.REST)
        with closing(HttpCamera(url, None, tmp_path / "ca.crt")) as source:
            assert source.take(Pace.REST).jpeg == JPEG
