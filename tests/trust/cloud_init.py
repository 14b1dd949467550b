"""Debian's own cloud-init, unpacked beside the machine's programs and not installed."""

import fcntl
import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.waiting import patience

# Itself and what it imports, by the names of Debian 12 and 13; each has some of them.
_PACKAGES: Final = (
    "cloud-init", "python3-yaml", "python3-jsonschema", "python3-attr", "python3-pyrsistent",
    "python3-configobj", "python3-jinja2", "python3-markupsafe", "python3-jsonpatch",
    "python3-json-pointer", "python3-netifaces", "python3-oauthlib", "python3-requests",
    "python3-urllib3", "python3-certifi", "python3-chardet", "python3-charset-normalizer",
    "python3-idna", "python3-six", "python3-serial", "python3-referencing", "python3-rpds-py",
    "python3-jsonschema-specifications", "python3-typing-extensions", "python3-passlib",
)  # fmt: skip


class CloudInit:
    """Its command line."""

    def __init__(self, packages: Path) -> None:
        self._packages = packages

    def says(self, *words: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["/usr/bin/python3", "-m", "cloudinit.cmd.main", *map(str, words)],
            capture_output=True, text=True, timeout=patience(60),
            env={**os.environ, "PYTHONPATH": str(self._packages)},
        )  # fmt: skip


def cloud_init(folder: Path) -> CloudInit:
    """Fetch it into `folder`, once for all workers; skips the test where that cannot be."""
    root = folder / "cloud-init"
    with (folder / "cloud-init.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            root.mkdir()
            known = subprocess.run(["apt-cache", "pkgnames"], capture_output=True, text=True)
            there = [name for name in _PACKAGES if name in known.stdout.split()]
            fetch = ["apt-get", "-q", "download", *there]
            subprocess.run(fetch, cwd=root, capture_output=True, timeout=patience(60))
            for file in root.glob("*.deb"):
                subprocess.run(["dpkg-deb", "-x", file, root], check=True)
    found = CloudInit(root / "usr/lib/python3/dist-packages")
    if found.says("--version").returncode != 0:
        pytest.skip("Debian's cloud-init cannot be fetched, or does not run here")
    return found
