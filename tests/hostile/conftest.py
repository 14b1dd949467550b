"""One town for each module: what is broken in one test must not matter to the next."""

from collections.abc import Iterator

import pytest

from tests.hostile.town import Town, town


@pytest.fixture(scope="module")
def lincoln(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("lincoln")) as made:
        yield made
