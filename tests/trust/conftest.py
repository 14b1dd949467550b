from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust.founded import School, school


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    """A school whose gateway `init` founded; whatever a test starts there ends with it."""
    with school(tmp_path / "gateway") as made:
        yield made
