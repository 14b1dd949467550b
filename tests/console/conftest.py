from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.chromium import chromium
from tests.console.school import ConsoleSchool, console_school


@pytest.fixture(scope="module")
def school() -> Iterator[ConsoleSchool]:
    """One school for a file of tests; each test closes what it opened."""
    with console_school() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found
