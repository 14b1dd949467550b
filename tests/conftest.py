"""Tests run beside each other; one that is marked `alone` has the machine to itself.

Before the first one it is measured how slow the machine is; every time limit follows from that.

Two locks on one file make it so, in every worker and every run in this tree.  A test that measures
takes the second one whole while it holds the first, so nobody who comes later overtakes it.
"""

import fcntl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import pace
from tests.fast import is_fast
from tests.waiting import patience

# A property is true or false however long an example takes.
settings.register_profile("tocsin", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tocsin")


def pytest_configure(config: pytest.Config) -> None:
    """Measure once, before the workers start; they are told."""
    if not hasattr(config, "workerinput"):
        pace.measure()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read no file that the run leaves out whole: reading all costs each worker seconds."""
    leaves_out = {"fast": False, "not fast": True}.get(config.option.markexpr)
    if leaves_out is None or not collection_path.match("test_*.py"):
        return None
    return is_fast(collection_path) is leaves_out or None


def pytest_report_header() -> str:
    """Say which deadlines hold in this run."""
    return f"deadlines: {pace.slowness():.1f} times those of an idle machine"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Scale the time limits; mark the fast; leave to the end what wants to be alone."""
    items.sort(key=_is_alone)
    for item in items:
        if is_fast(item.path):
            item.add_marker("fast")
        own = item.get_closest_marker("timeout")
        limit = float(own.args[0] if own else config.getini("timeout"))
        item.add_marker(pytest.mark.timeout(patience(limit)), append=False)
    if any(item.get_closest_marker("browser") for item in items):
        from playwright.sync_api import expect

        expect.set_options(timeout=patience(5_000))


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
