"""Camera processes to watch: what a test starts is ended with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cameras.school import Open, School
from wire.ids import CameraId


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Open]:
    opened: list[School] = []

    def run(cameras: dict[CameraId, str], *before: str, **environment: str) -> School:
        opened.append(School(tmp_path, cameras, *before, **environment))
        return opened[-1]

    yield run
    for each in opened:
        if each.process.poll() is None:
            each.process.kill()
        each.process.communicate()
