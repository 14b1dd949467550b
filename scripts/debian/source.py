"""Tocsin itself, as it is laid into a package: what git knows of this tree, as a wheel unpacked."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from scripts.debian.libraries import install
from scripts.debian.package import ROOT

_VERSION: Final = re.compile(r'(?<=version=")[^"]+')
# What setup.py needs to make a wheel.
_SOURCE: Final = (
    "setup.py", "pyproject.toml", "LICENSE",
    "wire", "service", "device", "gateway", "police", "simulator",
)  # fmt: skip


def version() -> str:
    """The version that setup.py names."""
    found = _VERSION.search((ROOT / "setup.py").read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit('setup.py names no version: write version="…"')
    return found[0]


def second() -> int:
    """When the newest commit was made, in seconds of Unix: the date of all that is built of it."""
    return int(_git("log", "-1", "--format=%ct"))


def unpacked(named: str, scratch: Path) -> Path:
    """A folder in `scratch` with all of Tocsin as it is installed, in the version `named`."""
    source, whole = scratch / "source", scratch / "tocsin"
    for name in _git("ls-files", "--", *_SOURCE).splitlines():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)
    setup = source / "setup.py"
    setup.write_text(_VERSION.sub(named, setup.read_text("utf-8"), count=1), encoding="utf-8")
    install(whole, "--no-build-isolation", str(source))
    return whole


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True
    ).stdout
