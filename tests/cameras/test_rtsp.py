"""What a camera that streams over RTSP may do: give pictures, or cost its own player."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from bench.film import NAME
from gateway.cameras.events import Pace
from gateway.cameras.images.jpeg import read_jpeg
from gateway.cameras.images.sanitize import sanitize
from gateway.cameras.sources.http_auth import Login
from gateway.cameras.sources.rtsp import Rtsp
from gateway.cameras.sources.source import CameraError
from tests.cameras.players import players, reason_of
from tests.cameras.rtspcamera import (
    Gate,
    RtspCamera,
    Speaker,
    TlsGate,
    shows_a_page,
)
from tests.service.brokers import new_authority
from tests.waiting import patience

USER, PASSWORD = "viewer", "p@ss:w/ö rd%"


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspCamera]:
    with RtspCamera(tmp_path_factory.mktemp("film")) as camera:
        yield camera


@pytest.fixture
def login(tmp_path: Path) -> Login:
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    return Login(USER, tmp_path / "password")


@pytest.mark.alone
def test_a_stream_gives_its_first_picture_in_2_s(camera: RtspCamera) -> None:
    with closing(Rtsp(camera.url, None)) as source:
        began = time.monotonic()
        shot = source.take(Pace.REST)
        assert time.monotonic() - began < patience(2.0)
        assert abs(time.time() - shot.taken_at) < patience(2.0)
        found = read_jpeg(sanitize(shot.jpeg))
        assert (found.width, found.height, found.baseline) == (640, 360, True)


@pytest.mark.alone
def test_at_rest_only_key_frames_are_shown_and_under_way_any(camera: RtspCamera) -> None:
    with closing(Rtsp(camera.url, None)) as source:
        source.take(Pace.REST)
        rest = [source.take(Pace.REST).taken_at for _ in range(3)]
        watched = [source.take(Pace.WATCHED).taken_at for _ in range(8)]
    assert all(0.8 < after - at < patience(1.3) for at, after in pairwise(rest))
    assert watched[-1] - watched[0] < patience(1.0)


def test_a_stream_of_h265_is_played_too(tmp_path: Path) -> None:
    with (
        RtspCamera(tmp_path, seconds=5, coder="libx265") as camera,
        closing(Rtsp(camera.url, None)) as source,
    ):
        first, second = source.take(Pace.REST), source.take(Pace.WATCHED)
        assert read_jpeg(sanitize(second.jpeg)).width == 640
        assert second.taken_at > first.taken_at


@pytest.mark.alone
def test_a_stream_whose_key_frames_are_far_apart_is_shown_every_2_s(tmp_path: Path) -> None:
    with (
        RtspCamera(tmp_path, seconds=20, between_key_frames=30) as camera,
        closing(Rtsp(camera.url, None)) as source,
    ):
        taken = [source.take(Pace.REST).taken_at for _ in range(3)]
    assert all(1.9 < after - at < patience(2.5) for at, after in pairwise(taken))


def test_a_digest_login_is_answered_and_stands_in_no_list_of_processes(
    camera: RtspCamera, login: Login
) -> None:
    with closing(Gate(camera, USER, PASSWORD)) as gate, closing(Rtsp(gate.url, login)) as source:
        assert source.take(Pace.REST)
        (shown,) = players().values()
        assert not any(word in shown for word in (USER, PASSWORD, "p%40ss", str(gate.port)))


def test_a_wrong_or_missing_login_is_named_without_the_address(
    camera: RtspCamera, tmp_path: Path
) -> None:
    (tmp_path / "wrong").write_text("wrong")
    with closing(Gate(camera, USER, PASSWORD)) as gate:
        wrong = reason_of(Rtsp(gate.url, Login(USER, tmp_path / "wrong")))
        assert wrong == "the camera refuses the login; check user and password_file"
        missing = reason_of(Rtsp(gate.url, None))
        assert missing == "the camera asks for a login; set user and password_file"


def test_what_is_no_stream_is_named(camera: RtspCamera) -> None:
    assert "no such stream" in reason_of(Rtsp(f"{camera.url}.mp4", None))
    assert "cannot be reached" in reason_of(Rtsp("rtsp://127.0.0.1:1/hall", None))
    with closing(Speaker(shows_a_page, once=True)) as page:
        assert reason_of(Rtsp(page.url, None)) == "the camera sends no video that can be read"


def test_a_camera_that_dies_is_named_and_its_player_gone(tmp_path: Path) -> None:
    with RtspCamera(tmp_path, seconds=20) as camera:
        source = Rtsp(camera.url, None)
        source.take(Pace.REST)
        camera.process.kill()
        assert reason_of(source) in (
            "the camera's stream has ended",
            "the camera cannot be reached, or broke off",
        )
    assert not players()


def test_a_camera_that_is_away_costs_no_new_player_and_is_played_when_it_returns(
    tmp_path: Path, login: Login
) -> None:
    with RtspCamera(tmp_path, seconds=20) as camera, closing(Rtsp(camera.url, login)) as source:
        source.take(Pace.REST)
        (player,) = players()
        camera.process.kill()
        camera.process.wait()
        for _ in range(3):
            with pytest.raises(CameraError):
                source.take(Pace.REST)
        camera.start()
        assert source.take(Pace.REST)
        assert list(players()) == [player]


@pytest.mark.alone
def test_a_camera_that_falls_silent_is_named_in_7_s(tmp_path: Path) -> None:
    with RtspCamera(tmp_path, seconds=20) as camera:
        source = Rtsp(camera.url, None)
        source.take(Pace.REST)
        camera.freeze()
        began = time.monotonic()
        assert reason_of(source) == "the camera did not answer for 5 s"
        assert time.monotonic() - began < patience(7.0)


def test_a_player_that_hangs_is_killed_by_a_cut_and_replaced(camera: RtspCamera) -> None:
    with closing(Rtsp(camera.url, None)) as source:
        source.take(Pace.REST)
        (first,) = players()
        os.kill(first, signal.SIGSTOP)
        source.cut()
        with pytest.raises(CameraError, match="player could not be started"):
            source.take(Pace.REST)
        assert source.take(Pace.REST)
        assert first not in players()


def test_a_camera_over_tls_is_believed_by_its_authority_and_its_name_alone(
    camera: RtspCamera, tmp_path: Path
) -> None:
    new_authority().sign(tmp_path, "camera")
    new_authority().sign(tmp_path / "other", "camera")
    ours, others = tmp_path / "ca.crt", tmp_path / "other" / "ca.crt"
    with closing(TlsGate(camera, tmp_path)) as gate:
        url = f"rtsps://127.0.0.1:{gate.port}/{NAME}"
        with closing(Rtsp(url, None, ours)) as source:
            assert source.take(Pace.REST)
        for wrong in (Rtsp(url, None, others), Rtsp(url, None), Rtsp(_by_name(url), None, ours)):
            before = gate.callers
            assert "certificate is not trusted" in reason_of(wrong)
            assert gate.callers > before


def _by_name(url: str) -> str:
    return url.replace("127.0.0.1", "localhost")
