"""Schools to break: what a test starts in one is ended with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.network import own_network
from tests.faults.school import School


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    """One gateway."""
    found = School(tmp_path)
    yield found
    found.close()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[School]:
    """Two gateways, the second one a standby."""
    found = School(tmp_path, gateways=2)
    yield found
    found.close()


@pytest.fixture
def network() -> Iterator[None]:
    """A network of the test's own; ask for it before the school."""
    with own_network():
        yield
