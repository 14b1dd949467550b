from collections.abc import Iterator

import pytest

from tests.police.school import Receiver, receiving


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """One receiver for a file of tests; each test sends incidents of its own."""
    with receiving(tmp_path_factory.mktemp("police")) as running:
        yield running
