"""A player that systemd gives a user of its own: what it is told, and what it can reach."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bench.film import NAME
from gateway.cameras.events import Pace
from gateway.cameras.sources.http_auth import Login
from gateway.cameras.sources.rtsp import Rtsp
from gateway.cameras.sources.source import CameraError
from tests.cameras.rtspcamera import Gate, RtspCamera, TlsGate
from tests.faults.network import needs_root
from tests.service.brokers import new_authority
from tests.service.doors import STRANGER, Door
from tests.waiting import patience

PLAYER = "gateway.cameras.sources.rtsp_player"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with closing(Door(tmp_path / "player.sock", PLAYER)) as door:
        yield door


def test_a_service_plays_nothing_with_its_own_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "systemd"))
    source = Rtsp("rtsp://10.0.0.9/a", None, door=tmp_path / "missing")
    with closing(source), pytest.raises(CameraError, match=r"restart tocsin-player\.socket"):
        source.take(Pace.REST)


@needs_root
def test_it_plays_behind_a_login_that_stands_in_no_list_of_processes(
    tmp_path: Path, door: Door
) -> None:
    (tmp_path / "password").write_text("a password")
    login = Login("viewer", tmp_path / "password")
    with (
        RtspCamera(tmp_path) as camera,
        closing(Gate(camera, "viewer", "a password")) as gate,
        closing(Rtsp(gate.url, login, door=door.path)) as source,
    ):
        assert source.take(Pace.REST).jpeg[:2] == b"\xff\xd8"
        (player,) = door.processes
        shown = Path(f"/proc/{player.pid}/cmdline").read_bytes()
        shown += Path(f"/proc/{player.pid}/environ").read_bytes()
        assert b"password" not in shown
        assert str(gate.port).encode() not in shown
        assert Path(f"/proc/{player.pid}").stat().st_uid == STRANGER


@needs_root
def test_it_trusts_an_authority_whose_file_it_may_not_read(tmp_path: Path, door: Door) -> None:
    new_authority().sign(tmp_path, "camera")
    ours = tmp_path / "ca.crt"
    ours.chmod(0o600)
    with RtspCamera(tmp_path / "film") as camera, closing(TlsGate(camera, tmp_path)) as gate:
        url = f"rtsps://127.0.0.1:{gate.port}/{NAME}"
        with closing(Rtsp(url, None, ours, door=door.path)) as source:
            assert source.take(Pace.REST).jpeg
        others = Rtsp(url, None, door=door.path)
        with closing(others), pytest.raises(CameraError, match="not trusted"):
            others.take(Pace.REST)


@needs_root
def test_one_that_is_cut_ends_and_the_next_one_is_another(tmp_path: Path, door: Door) -> None:
    with RtspCamera(tmp_path) as camera, closing(Rtsp(camera.url, None, door=door.path)) as source:
        source.take(Pace.REST)
        source.cut()
        with pytest.raises(CameraError, match="has ended"):
            source.take(Pace.REST)
        assert door.processes[0].wait(patience(5)) == 0
        assert source.take(Pace.REST)
        assert len(door.processes) == 2
