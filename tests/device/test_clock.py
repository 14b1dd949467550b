"""A wall clock that may be wrong is not told as the time of a press."""

import time

from device.clock import machine_boot, monotonic, wall
from tests.waiting import patience


def test_the_wall_clock_counts_only_once_a_time_service_has_set_it() -> None:
    assert wall(lambda: False) is None
    now = wall(lambda: True)
    assert now is not None
    assert abs(now - time.time()) < 1


def test_the_machine_boot_stays_while_the_machine_runs() -> None:
    assert machine_boot() == machine_boot() != ""


def test_monotonic_is_the_clock_of_the_kernels_edges() -> None:
    assert abs(monotonic() - time.clock_gettime(time.CLOCK_MONOTONIC)) < patience(0.1)
