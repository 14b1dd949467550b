"""`tocsin-gateway doctor` on a real gateway, broker, endpoint and camera process's folder."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.endpoint import Endpoint
from tests.gateway.school import School, running, school


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[School]:
    with Endpoint() as endpoint, school(tmp_path, endpoint) as found:
        (tmp_path / "secret").chmod(0o600)
        yield found


def doctor(ours: School) -> dict[str, Any]:
    done = ours.call("doctor", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == (1 if told["problems"] else 0)
    return {each["check"]: each for each in told["findings"]}


def test_a_school_that_works_has_no_problem_of_its_own(ours: School) -> None:
    with running(ours):
        found = doctor(ours)
    wrong = {check for check, each in found.items() if each["verdict"] == "problem"}
    # Whether somebody sets the clock, and what is free on the disk, is the machine's affair.
    assert wrong - {"clock", "trouble clock", f"disk {ours.folder}"} == set()


def test_what_is_broken_is_named_with_its_cure(ours: School) -> None:
    settings = ours.settings()
    settings["endpoint"][0]["backup_url"] = "http://127.0.0.1:9/reports"
    settings["camera"] = [{"id": "hall-2", "source": "test:"}]
    ours.write(settings)
    (ours.folder / "secret").chmod(0o644)
    found = doctor(ours)
    broken = ["endpoint county-911 (127.0.0.1)", "mode of secret", "camera hall-2", "store"]
    assert [found[check]["verdict"] for check in broken] == ["problem"] * 4
    assert all(found[check]["cure"] for check in broken)


def test_a_camera_that_gives_pictures_is_good_and_an_old_picture_is_none(ours: School) -> None:
    settings = ours.settings()
    settings["camera"] = [{"id": "hall-2", "source": "test:"}]
    ours.write(settings)
    picture = ours.folder / "frames/pictures/hall-2.jpg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"\xff\xd8\xff and so on")
    assert doctor(ours)["camera hall-2"]["verdict"] == "good"
    os.utime(picture, (time.time() - 60, time.time() - 60))
    assert "old" in doctor(ours)["camera hall-2"]["seen"]
