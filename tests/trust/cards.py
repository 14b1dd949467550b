"""Cards of units in tests: a package that is none inside, and a Pi that is a folder."""

import os
import stat
import subprocess
from pathlib import Path

from tests.trust.founded import BIN, School, run

PACKAGE = "tocsin-unit_1.0+deb12_arm64.deb"
_JOIN = '#!/bin/sh\nexec {program} "$@" --folder {folder}\n'
_INSTALL = """\
#!/bin/sh
echo "apt-get $*" >>{log}
cp {join} {bin}/tocsin-device
"""


def package(folder: Path, name: str = PACKAGE) -> Path:
    """A file that looks like the package of a unit."""
    path = folder / name
    path.write_bytes(b"!<arch>\ndebian-binary   1234")
    return path


def written(
    made: School, to: Path, *words: object, typed: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Have the gateway write a card."""
    deb = package(made.folder)
    return run(
        "tocsin-gateway", "sdcard", "--config", made.config, "--to", to, "--package", deb, *words,
        typed=typed,
    )  # fmt: skip


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class Pi:
    """A folder that stands for the root of a fresh Raspberry Pi OS, with its own commands."""

    def __init__(self, folder: Path) -> None:
        self.root, self.log, self.joined = folder / "root", folder / "log", folder / "joined"
        self.kept = self.root / "var/lib/tocsin-first-boot"
        self._bin = folder / "bin"
        for each in (self.root / "etc", self.root / "usr/lib/systemd/system", self._bin):
            each.mkdir(parents=True)
        (self.root / "usr/lib/systemd/system/dphys-swapfile.service").touch()
        (self.root / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\n')
        (self.root / "etc/hosts").write_text("127.0.0.1\tlocalhost\n")
        join = folder / "join"
        self._program(join, _JOIN.format(program=BIN / "tocsin-device", folder=self.joined))
        install = _INSTALL.format(log=self.log, join=join, bin=self._bin)
        self._program(self._bin / "apt-get", install)
        for name in ("systemctl", "raspi-config"):
            self._program(self._bin / name, f'#!/bin/sh\necho "{name} $*" >>{self.log}\n')

    def boots(self, script: Path, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a script of the card, as the first boot does."""
        around = {**os.environ, "PATH": f"{self._bin}:/usr/bin:/bin", "TOCSIN_ROOT": str(self.root)}
        return subprocess.run(
            ["sh", str(script), *words], capture_output=True, text=True, timeout=60, env=around
        )

    def done(self) -> list[str]:
        """What was asked of the system, in order."""
        return self.log.read_text().splitlines()

    def _program(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)
