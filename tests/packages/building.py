"""Makes the packages of this tree for a test: not packed, which takes most of the time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import patience


def own_release() -> str:
    """The release of Debian that runs here; skips the test where there are no packages for it."""
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    found = next((line.partition("=")[2] for line in lines if line.startswith("VERSION_CO")), "")
    if found not in ("bookworm", "trixie"):
        pytest.skip(f"there are no packages for this machine ({found or 'no Debian'})")
    return found


def own_architecture() -> str:
    """How Debian calls this kind of machine."""
    asked = ["dpkg", "--print-architecture"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def made(folder: Path, release: str, *words: str, packed_by: str = "none") -> Path:
    """Have scripts/deb make packages for `release` and this kind of machine; returns the folder.

    `words` are the packages, and more that it is told.
    """
    argv = [sys.executable, "scripts/deb", *words, "--release", release, "--to", str(folder)]
    if "--architecture" not in words:
        argv += ["--architecture", own_architecture()]
    done = subprocess.run(
        argv, capture_output=True, text=True, timeout=patience(300),
        env={**os.environ, "DPKG_DEB_COMPRESSOR_TYPE": packed_by},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder
