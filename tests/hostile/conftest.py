"""One deployment for each module: what one module breaks must not matter to the next."""

from collections.abc import Iterator

import pytest

from tests.hostile.deployment import Deployment, deployment


@pytest.fixture(scope="module")
def lincoln(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployment(tmp_path_factory.mktemp("lincoln")) as made:
        yield made
