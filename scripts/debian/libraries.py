"""The libraries of a package: wheels at their pins and hashes, unpacked for its machine."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from scripts.debian.package import ROOT
from scripts.target import Target

# It only makes a wheel of Tocsin, which no machine that installs a package does.
_BUILD_ONLY: Final = "setuptools"
# What pip writes of the installation: it names folders of the machine that builds.
_OF_PIP: Final = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")


def pinned(uses: list[str], target: Target) -> list[str]:
    """The pins of those uses with their hashes, as a requirements file of pip's has them."""
    found: dict[str, str] = {}
    for use in uses:
        for pin in _pins(ROOT / "requirements" / f"{use}.txt"):
            wanted, *hashes = pin.split(" --hash=")
            need = Requirement(wanted)
            if need.name != _BUILD_ONLY and target.fits(need):
                found[need.name] = " --hash=".join([f"{need.name}{need.specifier}", *hashes])
    return sorted(found.values())


def _pins(file: Path) -> Iterator[str]:
    whole = file.read_text(encoding="utf-8").replace("\\\n", "")
    for line in whole.splitlines():
        if not line.startswith("#"):
            yield " ".join(line.split())


def unpacked(pins: list[str], target: Target, cache: Path) -> Path:
    """A folder with these libraries; it is made once, and kept in `cache`."""
    asked = "\n".join(pins)
    key = hashlib.sha256(f"{target}\n{asked}".encode()).hexdigest()[:16]
    kept = cache / "libraries" / f"{target.python}-{target.machine}-{key}"
    if not kept.is_dir():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            file, new = Path(folder, "pins.txt"), Path(folder, "new")
            file.write_text(asked, encoding="utf-8")
            install(new, *target.for_pip(), "--require-hashes", "-r", str(file))
            _keep(new, kept)
    return kept


def _keep(new: Path, kept: Path) -> None:
    """Of two that make the same at a time, the first one's is kept."""
    try:
        new.rename(kept)
    except OSError:
        if not kept.is_dir():
            raise


def install(folder: Path, *words: str) -> None:
    """Have pip put what `words` say into `folder`, without what it writes for itself."""
    argv = [
        sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input",
        "--quiet", "--no-deps", "--no-compile", "--target", str(folder), *words,
    ]  # fmt: skip
    done = subprocess.run(argv, capture_output=True, text=True, env={**os.environ, "LANG": "C"})
    if done.returncode:
        raise SystemExit(f"pip cannot lay down {folder.name}: {done.stderr.strip()[-800:]}")
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for file in folder.rglob("*"):
        file.chmod(0o755 if file.is_dir() else 0o644)
    for info in folder.glob("*.dist-info"):
        for name in _OF_PIP:
            (info / name).unlink(missing_ok=True)
