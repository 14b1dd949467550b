"""Backups in tests: made, and put back, by the commands as a person gives them."""

import subprocess
from pathlib import Path

from tests.trust.founded import School, run

PASSPHRASE = "three old bells ring\n"


def backed_up(made: School, to: Path, *words: str) -> Path:
    """Make a backup of the school's gateway, with our passphrase."""
    said = made.gateway("backup", to, *words, typed=PASSPHRASE)
    assert said.returncode == 0, said.stderr
    assert "read back and compared" in said.stdout
    return to


def restored(
    backup: Path, *words: object, typed: str = PASSPHRASE
) -> "subprocess.CompletedProcess[str]":
    """Put it back where it was."""
    return run("tocsin-gateway", "restore", backup, *words, typed=typed)
