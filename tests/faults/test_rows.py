"""The fault matrix on real processes, one test for each row; bounds are in seconds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.school import School
from tests.gateway.endpoint import Endpoint, hang


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    found = School(tmp_path)
    yield found
    found.close()


def judge(row: str, school: School, bound: float, healed: float = 0.0) -> None:
    print(f"{row}: {school.check(bound, healed):.2f} s of {bound:g} s")


def test_f06_a_journal_that_cannot_be_written_stops_no_press(school: School) -> None:
    (school.folder / "journal").touch()
    school.start()
    school.press()
    school.until("SENT", 5)
    judge("F6", school, 3)


def test_f24_endpoint_hangs_its_backup_takes(school: School) -> None:
    _backup(school, hang)


def _backup(school: School, manner: object) -> None:
    with Endpoint(manner) as first:  # type: ignore[arg-type]
        school.endpoint |= {"url": first.url, "backup_url": school.url}
        school.start()
        school.press()
        school.until("SENT", 10)
        judge("backup", school, 5)
