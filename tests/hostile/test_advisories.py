"""Known holes in what we build on, as far as somebody can be asked; `scripts/audit` installs it."""

import subprocess
from pathlib import Path

import pytest

from tests.waiting import patience

_NOBODY_ASKED = 3


@pytest.mark.skipif(
    not Path(".run/audit/bin/pip-audit").exists(), reason="pip-audit is not set up: scripts/audit"
)
def test_no_pinned_package_has_a_known_hole() -> None:
    done = subprocess.run(["scripts/audit"], capture_output=True, text=True, timeout=patience(110))
    if done.returncode == _NOBODY_ASKED:
        pytest.skip("no advisory source can be reached from here")
    assert done.returncode == 0, done.stdout
