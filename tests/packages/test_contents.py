"""What lies in the packages: of the machine they are for, and as Debian wants it."""

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from tests.packages.building import made
from tests.waiting import patience

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="dpkg-deb is not on this machine"),
]

# ELF's number of each kind of machine.
ELF = {"amd64": 62, "arm64": 183}
# So many compiled libraries a package has at least.
LEAST = {"tocsin-unit": 5, "tocsin-gateway": 40, "tocsin-police": 4}


def machines(folder: Path) -> list[int]:
    """The machines that the compiled files below `folder` are for."""
    heads = [path.read_bytes()[:20] for path in folder.rglob("*") if ".so" in path.name]
    return [struct.unpack_from("<H", head, 18)[0] for head in heads if head[:4] == b"\x7fELF"]


def test_every_library_is_of_the_machine_that_the_package_is_for(tmp_path: Path) -> None:
    # The other processor's, which cannot be tried here: each Python has wheels of its own.
    made(tmp_path, "bookworm", "tocsin-unit", "--architecture", "arm64")
    made(tmp_path, "trixie", "--architecture", "arm64")
    files = sorted(tmp_path.glob("*.deb"))
    assert len(files) == 4
    for file in files:
        subprocess.run(["dpkg-deb", "-x", file, tmp_path / file.stem], check=True)
        found = machines(tmp_path / file.stem)
        assert len(found) >= LEAST[file.name.partition("_")[0]], file.name
        assert set(found) == {ELF["arm64"]}, file.name
        (python,) = (tmp_path / file.stem).glob("usr/lib/tocsin-*/lib/python*")
        assert python.name == ("python3.11" if "deb12" in file.name else "python3.13")


@pytest.mark.skipif(not shutil.which("lintian"), reason="lintian is not on this machine")
def test_lintian_finds_no_error(tmp_path: Path) -> None:
    made(tmp_path, "bookworm", "tocsin-unit", "tocsin-police", packed_by="gzip")
    argv = ["lintian", "--fail-on", "error", *map(str, tmp_path.glob("*.deb"))]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=patience(200))
    assert done.returncode == 0, done.stdout
