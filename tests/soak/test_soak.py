"""The soak itself: it runs, strikes, mends, and tells what it saw."""

import subprocess
import sys

import pytest

from tests.soak.samples import Life, Sample, Samples


@pytest.mark.timeout(240)
@pytest.mark.parametrize("gateways", [1, 2])
def test_a_short_soak_ends_with_nothing_lost_and_a_table(gateways: int) -> None:
    words = ["--minutes", "0.4", "--every", "5", "--units", "3", "--seed", "3"]
    words += ["--gateways", str(gateways)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.run", *words], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| gateway-0 |" in done.stdout
    assert done.stdout.endswith("nothing missing, nothing twice, nothing shown wrongly\n")


def test_a_process_that_grows_is_seen_to_grow() -> None:
    life = Life("leaky", [Sample(at * 5.0, 40.0 + at * 0.1, 9, 3) for at in range(60)])
    assert round(life.slope() or 0.0) == 72


def test_what_has_ended_is_no_sample() -> None:
    samples = Samples()
    samples.watch({"gone": 2**22 + 1}, [], 0.0)
    assert samples.lives == {}
