"""Leases on cameras: who needs which now."""

import logging
import os
import time
from pathlib import Path

import pytest

from gateway.cameras.demand import Demand
from gateway.cameras.events import Lease, Pace, Why
from gateway.wanted import LASTS, WantedFolder, make_wanted_folder
from wire.ids import CameraId, Wall

HALL, GYM = CameraId("hall-2"), CameraId("gym")


def now() -> Wall:
    return Wall(time.time())


@pytest.fixture
def wanted(tmp_path: Path) -> WantedFolder:
    make_wanted_folder(tmp_path)
    return WantedFolder(tmp_path)


def test_a_lease_is_seen_by_all_and_expires_by_itself(wanted: WantedFolder, tmp_path: Path) -> None:
    wanted.want(HALL, Why.INCIDENT)
    assert WantedFolder(tmp_path).leases(now()) == [Lease(HALL, Why.INCIDENT, "")]
    assert wanted.leases(Wall(now() + LASTS + 0.1)) == []


def test_a_lease_that_is_renewed_lives_on(wanted: WantedFolder, tmp_path: Path) -> None:
    wanted.want(HALL, Why.VIEW)
    os.utime(tmp_path / "wanted" / "hall-2.view", (1.0, 1.0))
    assert wanted.leases(now()) == []
    wanted.want(HALL, Why.VIEW)
    assert wanted.leases(now()) == [Lease(HALL, Why.VIEW, "")]


def test_a_test_needs_a_name(wanted: WantedFolder) -> None:
    wanted.want(HALL, Why.TEST)
    assert wanted.leases(now()) == []
    wanted.want(HALL, Why.TEST, "Ann\x1b[31m Lee")
    assert wanted.leases(now()) == [Lease(HALL, Why.TEST, r"Ann\x1b[31m Lee")]


def test_without_a_camera_process_nobody_waits_and_nothing_is_wanted(tmp_path: Path) -> None:
    wanted = WantedFolder(tmp_path / "never-made")
    wanted.want(HALL, Why.INCIDENT)
    assert wanted.leases(now()) == []


@pytest.mark.parametrize("name", ["../hall-2", "hall-2\0", "", "HALL", "a.view"])
def test_only_a_cameras_own_name_is_written(
    wanted: WantedFolder, tmp_path: Path, name: str
) -> None:
    wanted.want(CameraId(name), Why.VIEW)
    assert [path.name for path in tmp_path.rglob("*")] == ["wanted"]


def test_a_link_in_a_leases_place_is_not_followed(wanted: WantedFolder, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "wanted" / "hall-2.test").symlink_to(tmp_path / "precious")
    wanted.want(HALL, Why.TEST, "Ann Lee")
    assert (tmp_path / "precious").read_text() == "kept"


def test_the_most_urgent_need_sets_the_pace() -> None:
    demand = Demand()
    demand.hear([Lease(HALL, Why.VIEW, ""), Lease(HALL, Why.INCIDENT, "")])
    assert (demand.pace(HALL), demand.pace(GYM)) == (Pace.WATCHED, Pace.REST)
    demand.hear([Lease(HALL, Why.INCIDENT, "")])
    assert demand.pace(HALL) is Pace.INCIDENT
    demand.hear([])
    assert demand.pace(HALL) is Pace.REST


def test_a_test_is_logged_with_its_name_once(caplog: pytest.LogCaptureFixture) -> None:
    demand = Demand()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            demand.hear([Lease(HALL, Why.TEST, "Ann Lee")])
    assert [record.message for record in caplog.records] == ["camera hall-2: tested by Ann Lee"]
