"""A machine to install on: this one's system, with `/etc`, `/usr` and the like free to be written.

What is written there is kept in memory and ends with it, as does every process.  There is no
systemd and nothing to install from Debian: `systemctl` starts what a unit file says, as its user
and until it is ready, and `apt install` lays down the files that it is given with dpkg.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.process import end, start
from tests.faults.privileges import require
from tests.waiting import patience, until

_WRITABLE = ("etc", "opt", "run", "usr", "var/lib")
_ROOT = """
set -eu
mount -t tmpfs tmpfs "$1"
for each in %s; do
    mkdir -p "$1/$each/new" "$1/$each/work"
    new="upperdir=$1/$each/new,workdir=$1/$each/work"
    mount -t overlay -o "lowerdir=/$each,$new" overlay "/$each"
done
mkdir -p /usr/local/sbin /etc/systemd/system
cp "$2" /usr/local/sbin/systemctl
cp "$3" /usr/local/sbin/apt
chmod 755 /usr/local/sbin/systemctl /usr/local/sbin/apt
echo up
exec sleep infinity
"""
_NETWORK = 'ip link set lo up && ip address add "$1" dev lo && echo up && exec sleep infinity'
_SYSTEMCTL = Path(__file__).with_name("systemctl.sh")
_APT = Path(__file__).with_name("apt.sh")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Machine:
    """Where the commands of an installer are run, as root; `inside` is a process of it."""

    def __init__(self, inside: int) -> None:
        # With its root: in a chroot the root of the mounts is that of the machine outside.
        self._enter = ("nsenter", "--target", str(inside), "--mount", "--pid", "--root")

    def run(
        self, script: str, network: int | None = None, answers: str = ""
    ) -> "subprocess.CompletedProcess[str]":
        """Run `script` until a line of it fails; on the network of that process, if it is given."""
        place = () if network is None else (f"--net=/proc/{network}/ns/net",)
        return subprocess.run(
            [*self._enter, *place, "bash", "-euc", f"cd /root\n{script}"],
            input=answers, capture_output=True, text=True, timeout=patience(240),
            env=_environment(),
        )  # fmt: skip

    def done(self, script: str, network: int | None = None, answers: str = "") -> str:
        """Run `script`, which must succeed; returns what it said."""
        told = self.run(script, network, answers)
        assert told.returncode == 0, f"{script}\n{told.stdout}{told.stderr}"
        return told.stdout


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """A machine that is kept at `folder`; skips the test where none can be made."""
    require("unshare", "--mount", "--pid", "--fork", "mount", "-t", "tmpfs", "tmpfs", "/mnt")
    folder.mkdir()
    made = [
        "sh",
        "-c",
        _ROOT % " ".join(_WRITABLE),
        "sh",
        str(folder),
        *map(str, (_SYSTEMCTL, _APT)),
    ]
    words = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", *made]
    with _running(words, folder.with_suffix(".log")) as outside:
        children = Path(f"/proc/{outside}/task/{outside}/children")
        yield Machine(int(children.read_text().split()[0]))


@contextmanager
def network(address: str, log: Path) -> Iterator[int]:
    """A network on which `address` is; yields a process that is on it."""
    require("unshare", "--net", "true")
    words = ["unshare", "--net", "sh", "-c", _NETWORK, "sh", f"{address}/32"]
    with _running(words, log) as inside:
        yield inside


@contextmanager
def _running(words: list[str], log: Path) -> Iterator[int]:
    process = start(words, log)
    try:
        until(lambda: process.poll() is not None or "up\n" in log.read_text(), within=20)
        assert process.poll() is None, log.read_text()
        yield process.pid
    finally:
        end(process)


def _environment() -> dict[str, str]:
    """A clean one, but for how registries of packages are reached from here."""
    reaching = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("PIP_") or name.lower().endswith("_proxy") or "CERT" in name
    }
    return {**reaching, "HOME": "/root", "LANG": "C.UTF-8", "PATH": _PATH}
