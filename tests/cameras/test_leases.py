"""Leases on cameras: who needs which now."""

import logging
import os
import time
from pathlib import Path

import pytest

from gateway.cameras.events import Lease, Pace, Why
from gateway.cameras.leases import LASTS, CameraLeases, HeldLeases, Holder, make_lease_folders
from gateway.cameras.polling_rate import PollingRates
from wire.ids import CameraId, Wall

HALL, GYM = CameraId("hall-2"), CameraId("gym")


def now() -> Wall:
    return Wall(time.time())


@pytest.fixture
def leases(tmp_path: Path) -> CameraLeases:
    make_lease_folders(tmp_path)
    return CameraLeases(tmp_path, Holder.GATEWAY)


def test_a_lease_is_seen_by_all_and_expires_by_itself(leases: CameraLeases, tmp_path: Path) -> None:
    leases.renew(HALL, Why.INCIDENT)
    assert HeldLeases(tmp_path).active(now()) == [Lease(HALL, Why.INCIDENT, "")]
    assert HeldLeases(tmp_path).active(Wall(now() + LASTS + 0.1)) == []


def test_a_lease_that_is_renewed_lives_on(leases: CameraLeases, tmp_path: Path) -> None:
    leases.renew(HALL, Why.VIEW)
    os.utime(tmp_path / "gateway" / "hall-2.view", (1.0, 1.0))
    assert HeldLeases(tmp_path).active(now()) == []
    leases.renew(HALL, Why.VIEW)
    assert HeldLeases(tmp_path).active(now()) == [Lease(HALL, Why.VIEW, "")]


def test_a_test_needs_a_name(leases: CameraLeases, tmp_path: Path) -> None:
    leases.renew(HALL, Why.TEST)
    assert HeldLeases(tmp_path).active(now()) == []
    leases.renew(HALL, Why.TEST, "Ann\x1b[31m Lee")
    assert HeldLeases(tmp_path).active(now()) == [Lease(HALL, Why.TEST, r"Ann\x1b[31m Lee")]


def test_without_a_camera_process_nobody_waits_and_nothing_is_wanted(tmp_path: Path) -> None:
    leases = CameraLeases(tmp_path / "never-made", Holder.CONSOLE)
    leases.renew(HALL, Why.INCIDENT)
    assert HeldLeases(tmp_path / "never-made").active(now()) == []


@pytest.mark.parametrize("name", ["../hall-2", "hall-2\0", "", "HALL", "a.view"])
def test_only_a_cameras_own_name_is_written(
    leases: CameraLeases, tmp_path: Path, name: str
) -> None:
    leases.renew(CameraId(name), Why.VIEW)
    assert {path.name for path in tmp_path.rglob("*")} == {"gateway", "console"}


def test_a_link_in_a_leases_place_is_not_followed(leases: CameraLeases, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "gateway" / "hall-2.test").symlink_to(tmp_path / "precious")
    leases.renew(HALL, Why.TEST, "Ann Lee")
    assert (tmp_path / "precious").read_text() == "kept"


@pytest.mark.timeout(20)
def test_a_pipe_in_a_leases_place_holds_nobody(leases: CameraLeases, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gateway" / "hall-2.incident")
    leases.renew(HALL, Why.INCIDENT)


def test_each_holds_its_own_leases_whatever_another_left(tmp_path: Path) -> None:
    make_lease_folders(tmp_path)
    for holder in Holder:
        CameraLeases(tmp_path, holder).renew(HALL, Why.VIEW)
    (tmp_path / "hall-2.incident").touch()
    assert HeldLeases(tmp_path).active(now()) == [Lease(HALL, Why.VIEW, "")] * 2


def test_the_most_urgent_need_sets_the_pace() -> None:
    rates = PollingRates()
    rates.update([Lease(HALL, Why.VIEW, ""), Lease(HALL, Why.INCIDENT, "")])
    assert (rates.pace(HALL), rates.pace(GYM)) == (Pace.WATCHED, Pace.REST)
    rates.update([Lease(HALL, Why.INCIDENT, "")])
    assert rates.pace(HALL) is Pace.INCIDENT
    rates.update([])
    assert rates.pace(HALL) is Pace.REST


def test_a_test_is_logged_with_its_name_once(caplog: pytest.LogCaptureFixture) -> None:
    rates = PollingRates()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            rates.update([Lease(HALL, Why.TEST, "Ann Lee")])
    assert [record.message for record in caplog.records] == ["camera hall-2: tested by Ann Lee"]
