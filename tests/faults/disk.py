"""A small disk of a test's own, which can be filled and shut."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of `size`, in tmpfs's words, at `folder`, until the block ends."""
    folder.mkdir(exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder))
    try:
        yield folder
    finally:
        _run("umount", "--lazy", str(folder))


def fill(folder: Path) -> None:
    """Write until nothing more fits."""
    with (folder / "junk").open("ab", buffering=0) as junk:
        try:
            while junk.write(bytes(4096)):
                pass
        except OSError:
            return


def shut(folder: Path) -> None:
    """Let nothing be written any more."""
    _run("mount", "-o", "remount,ro", str(folder))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=10)
