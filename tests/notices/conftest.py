from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notices.school import Mailbox, Notices, Receiver


@pytest.fixture
def mail() -> Iterator[Mailbox]:
    found = Mailbox()
    yield found
    found.stop()


@pytest.fixture
def web() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.stop()


@pytest.fixture
def notices(tmp_path: Path) -> Notices:
    return Notices(tmp_path)
