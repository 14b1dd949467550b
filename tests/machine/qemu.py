"""A machine of QEMU: a kernel, disks, a chip of pins, a watchdog; and root's commands in it.

Emulated, which takes no privilege and works everywhere.  Its clock then counts instructions, one
for a nanosecond: whatever else this machine does, that one is a processor of 1 GHz, and a deadline
by its own clock means what it says.  `TOCSIN_MACHINE=kvm` is several times faster where KVM works,
and has the clock of all.
"""

import itertools
import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from simulator.process import start
from tests.waiting import patience, until

T = TypeVar("T")
_EMULATED = ("-accel", "tcg", "-icount", "shift=0", "-smp", "1")
_KVM = ("-accel", "kvm", "-smp", "2")
_SIZE = ("-m", "1024", "-cpu", "max,arch-capabilities=off")
# Real seconds in which anything is done by a machine that works at all, on however busy a host.
_LONGEST = 600.0
_PARTS = (
    "-device", "i6300esb", "-watchdog-action", "reset", "-device", "virtio-serial",
    "-device", "virtserialport,chardev=agent,name=tocsin", "-device", "virtio-rng-pci",
    "-netdev", "user,id=line,restrict=on", "-device", "virtio-net-pci,netdev=line,id=wire",
)  # fmt: skip
_KERNEL = "root=/dev/vda rw console=ttyS0 net.ifnames=0 tsc=reliable quiet"


def accelerator() -> tuple[str, ...]:
    """QEMU's own emulation, which works everywhere, unless KVM is asked for."""
    return _KVM if os.environ.get("TOCSIN_MACHINE") == "kvm" else _EMULATED


class Machine:
    """One machine, whose disks lie in `folder`; off until `on`.

    `image` is what scripts/machine-image made, `packages` a folder of packages that it sees.
    """

    def __init__(self, image: Path, packages: Path, folder: Path) -> None:
        self._image, self._folder = image, folder
        self._ids, self._answers = itertools.count(1), Answers()
        self._process: subprocess.Popen[bytes] | None = None
        self.now = 0.0
        """The second of its own clock at which it last answered."""
        _make(
            "qemu-img", "create", "-qf", "qcow2", "-F", "raw", "-b", image / "disk.img", self._disk
        )
        _make("qemu-img", "create", "-qf", "qcow2", self._second, "256M")
        _make("mke2fs", "-qFt", "ext4", "-d", packages, folder / "packages.img", "512M")

    @property
    def _disk(self) -> Path:
        return self._folder / "disk.qcow2"

    @property
    def _second(self) -> Path:
        return self._folder / "second.qcow2"

    def on(self, clock: str = "utc", wired: bool = True) -> None:
        """Switch it on, its hardware clock at `clock`, and wait until it does what it is told."""
        drives = (
            f"file={self._disk},if=virtio",
            f"file={self._second},if=virtio",
            f"file={self._folder / 'packages.img'},if=virtio,format=raw,readonly=on",
        )
        self._process = start(
            [
                shutil.which("qemu-system-x86_64") or "qemu-system-x86_64",
                *accelerator(), *_SIZE, "-display", "none", "-nodefaults", "-no-user-config",
                "-kernel", str(self._image / "vmlinuz"), "-initrd", str(self._image / "initrd.img"),
                "-append", _KERNEL, "-rtc", f"base={clock},clock=vm",
                *(word for drive in drives for word in ("-drive", drive)),
                "-chardev", f"socket,id=agent,path={self._socket('agent')},server=on,wait=off",
                "-qmp", f"unix:{self._socket('qmp')},server=on,wait=off",
                "-serial", f"file:{self._folder / 'console.log'}", *_PARTS,
            ],
            self._folder / "qemu.log",
        )  # fmt: skip
        self._answers = Answers()
        self._monitor = self._connected("qmp").makefile("rw", encoding="utf-8")
        self._command("qmp_capabilities")
        self.plug(wired)
        self._agent = self._connected("agent")
        threading.Thread(
            target=self._answers.take, args=(self._agent.makefile(encoding="utf-8"),), daemon=True
        ).start()
        self._wait_until_up()

    def _wait_until_up(self) -> None:
        self.now = until(lambda: self._answers.of(0), _LONGEST, every=0.05)["at"]

    def cut_power(self) -> None:
        """Take it off the mains: nothing in it is told."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def run(self, script: str) -> tuple[int, str]:
        """Run `script` in it as root; returns its exit and what it said."""
        number = self._ask(script)
        done = until(lambda: self._answers.of(number), _LONGEST, every=0.01)
        self.now = done["at"]
        return done["code"], done["said"]

    def done(self, script: str) -> str:
        """Run `script` in it, which must succeed; returns what it said."""
        code, said = self.run(f"set -e\n{script}")
        assert code == 0, f"{script}\n{said}"
        return said

    def until(self, look: Callable[[], T], within: float, since: float | None = None) -> T:
        """The first truthy result of `look`, which asks it, by `within` of its own seconds.

        They are counted from `since`, or from its last answer.
        """
        began = self.now if since is None else since
        while not (found := look()):
            assert self.now - began <= within, f"not seen within {within} s (last: {found!r})"
            # In there: what asks without a pause is all that it has time for.
            self.run("sleep 0.2")
        return found

    def keep(self, name: str) -> None:
        """Keep it as it stands now, memory and disks, as `name`."""
        self._human(f"savevm {name}")

    def back_to(self, name: str) -> None:
        """Bring it back to what was kept as `name`; it is on."""
        self._human(f"loadvm {name}")
        self.run("true")

    def plug(self, wired: bool) -> None:
        """Plug its network cable in, or pull it out."""
        self._command("set_link", name="wire", up=wired)

    def anew(self, script: str) -> None:
        """Run `script`, by which it starts anew, and wait until it has."""
        self._answers.forget(0)
        self._ask(script)
        self._wait_until_up()

    def _ask(self, script: str) -> int:
        number = next(self._ids)
        self._agent.sendall(json.dumps({"id": number, "run": script}).encode() + b"\n")
        return number

    def _human(self, command: str) -> None:
        said = self._command("human-monitor-command", **{"command-line": command})
        assert not said, said

    def _command(self, command: str, /, **words: Any) -> Any:
        print(json.dumps({"execute": command, "arguments": words}), file=self._monitor, flush=True)
        while line := self._monitor.readline():
            said = json.loads(line)
            assert "error" not in said, said
            if "return" in said:
                return said["return"]
        raise AssertionError((self._folder / "qemu.log").read_text())

    def _socket(self, name: str) -> Path:
        return self._folder / f"{name}.socket"

    def _connected(self, name: str) -> socket.socket:
        line = socket.socket(socket.AF_UNIX)
        until(lambda: line.connect_ex(str(self._socket(name))) == 0, within=30)
        return line


class Answers:
    """What the machine has answered, by number; 0 is that it is up."""

    def __init__(self) -> None:
        self._found: dict[int, Any] = {}

    def take(self, lines: Any) -> None:
        """Take each line until there are no more."""
        for line in lines:
            said = json.loads(line)
            self._found[said["id"]] = said

    def of(self, number: int) -> Any:
        """The answer of that number, if it is there."""
        return self._found.get(number)

    def forget(self, number: int) -> None:
        """Forget the answer of that number."""
        self._found.pop(number, None)


def _make(*words: object) -> None:
    subprocess.run([str(each) for each in words], check=True, timeout=patience(60))
