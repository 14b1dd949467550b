"""What a test may do to the machine; where it may not, it is skipped, and pytest says for what."""

import subprocess

import pytest

from tests.waiting import patience


def require(*words: str) -> None:
    """Run a command that only a machine of one's own allows; skip the test if it fails."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=patience(10))
    if done.returncode:
        pytest.skip(f"not allowed here: {' '.join(words)} ({done.stderr.strip()})")
