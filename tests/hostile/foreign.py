"""A folder of a user with few rights, in which root has work, and what that user must never get."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.files import write_whole

STRANGER = 65534
SECRET = b"root's own\n"
# Puts a link to argv[1] in the place of whatever file is made beside it, as fast as it can.
_SWAP = """
import os, sys
os.setgroups([])
os.setgid(int(sys.argv[2]))
os.setuid(int(sys.argv[2]))
while True:
    for name in os.listdir():
        try:
            if name.startswith(".") and not os.path.islink(name):
                os.unlink(name)
                os.symlink(sys.argv[1], name)
        except OSError:
            pass
"""


class Foreign:
    """`folder` is the stranger's; `victim` beside it is root's and nobody else's to read."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "folder"
        self.folder.mkdir()
        os.chown(self.folder, STRANGER, STRANGER)
        self.victim = place / "victim"
        write_whole(self.victim, SECRET)

    def link(self, name: str, target: Path | None = None) -> Path:
        """A link that the stranger made, to the victim."""
        path = self.folder / name
        path.symlink_to(target or self.victim)
        os.lchown(path, STRANGER, STRANGER)
        return path

    def is_unharmed(self) -> bool:
        """Whether the victim is root's as it was."""
        seen = self.victim.stat()
        kept = (seen.st_uid, seen.st_mode & 0o777, self.victim.read_bytes())
        return kept == (os.geteuid(), 0o600, SECRET)

    @contextmanager
    def swapping(self) -> Iterator[None]:
        """Meanwhile the stranger puts links in the place of files that are being written."""
        words = [sys.executable, "-c", _SWAP, str(self.victim), str(STRANGER)]
        with subprocess.Popen(words, cwd=self.folder) as swapper:
            try:
                yield
            finally:
                swapper.kill()


@contextmanager
def foreign() -> Iterator[Foreign]:
    """Such a folder, which the stranger can reach; only root can make it."""
    if os.geteuid() != 0:
        pytest.skip("only root can work in another user's folder")
    place = Path(tempfile.mkdtemp(prefix="tocsin-"))
    place.chmod(0o711)
    try:
        yield Foreign(place)
    finally:
        shutil.rmtree(place)
