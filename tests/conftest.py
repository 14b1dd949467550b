"""Tests run beside each other; one that is marked `alone` has the machine to itself.

Two locks on one file make it so, in every worker and every run in this tree.  A test that measures
takes the second one whole while it holds the first, so nobody who comes later overtakes it.
"""

import fcntl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave those that want to be alone for the end: until then nobody waits for them."""
    items.sort(key=_is_alone)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Wait for a place outside of the test's own time limit."""
    with _place(item.config.rootpath / ".run", _is_alone(item)):
        return (yield)


def _is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


@contextmanager
def _place(folder: Path, alone: bool) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    with (folder / "tests.door").open("w") as door, (folder / "tests.room").open("w") as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield
