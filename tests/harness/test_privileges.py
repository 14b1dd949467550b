"""Where a machine does not allow a test what it needs, the test is skipped by name."""

import pytest

from tests.faults.privileges import require


def test_what_is_allowed_goes_on() -> None:
    require("true")


def test_what_is_not_allowed_is_a_skip_that_says_what() -> None:
    with pytest.raises(pytest.skip.Exception, match="not allowed here: ls /nowhere"):
        require("ls", "/nowhere")
