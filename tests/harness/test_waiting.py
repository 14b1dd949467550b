"""The suite holds on a slow machine: its deadlines follow from how slow it was found."""

import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, settings

from tests import pace
from tests.waiting import late, patience, until


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that was found to be four times as slow."""
    monkeypatch.setenv("TOCSIN_TESTS_SLOWNESS", "4")


@pytest.mark.usefixtures("slow")
def test_a_deadline_is_longer_on_a_slow_machine() -> None:
    began = time.monotonic()
    assert patience(2) == 8
    assert not late(began - 7, 2)
    assert until(lambda: time.monotonic() - began > 0.3, within=0.1)


@pytest.mark.usefixtures("slow")
def test_what_never_comes_fails_all_the_same() -> None:
    with pytest.raises(AssertionError, match="not seen within"):
        until(lambda: None, within=0.05)


def test_a_machine_that_has_become_slow_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_TESTS_SLOWNESS", "1")
    assert late(time.monotonic() - 2, within=1, measure=lambda: 1.5)
    assert not late(time.monotonic() - 2, within=1, measure=lambda: 3.0)
    assert pace.measure(reference=0.001) == pace.slowness() == pace.MOST


def test_a_process_that_a_test_starts_knows_how_slow_the_machine_is() -> None:
    argv = [sys.executable, "-c", "from tests import pace; print(pace.slowness())"]
    assert float(subprocess.run(argv, capture_output=True, text=True).stdout) == pace.slowness()


def test_a_test_may_run_two_minutes_of_an_idle_machine(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("timeout").args == (pytest.approx(patience(120)),)


@pytest.mark.timeout(600)
def test_a_time_limit_of_its_own_is_scaled_too(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("timeout").args == (pytest.approx(patience(600)),)


def test_an_example_of_a_property_has_no_time_limit() -> None:
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check
