"""A school in one machine: its button is pressed, its lamp watched, its receiver's books read."""

import shlex
from itertools import pairwise

from simulator.lamp_decoder import LampDecoder, Step
from tests.machine.qemu import Machine
from wire.ids import Seconds

BUTTON, LAMP = 17, 27
SERVICES = {
    "tocsin-device": "tocsin-device",
    "tocsin-broker": "tocsin-broker",
    "tocsin-authority": "tocsin-authority",
    "tocsin-gateway": "tocsin",
    "tocsin-cameras": "tocsin-cameras",
    "tocsin-console": "tocsin-console",
    "tocsin-notices": "tocsin-notices",
    "tocsin-receiver": "tocsin-receiver",
}
"""Each service, and its user."""
_ASK = """\
setpriv --reuid tocsin-receiver --regid tocsin-receiver --clear-groups \\
    sqlite3 -readonly /var/lib/tocsin-receiver/police.db {sql}"""


class School:
    """What a test does to the school in `machine`, and sees of it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._since = machine.now

    def watch_lamp(self) -> None:
        """Write down what the lamp shows, from now on."""
        self.machine.done(f"line watch {LAMP} /run/lamp </dev/null >/dev/null 2>&1 &")

    def press(self, *levels: str) -> None:
        """Play `levels` on the button's line, low for closed."""
        said = self.machine.done(f"line pull {BUTTON} {' '.join(levels or ('0:0.3', '1'))}")
        self._since = float(said)

    def presses(self) -> int:
        """How many presses the receiver knows of."""
        return self._books("SELECT ifnull(sum(json_extract(detail, '$.presses')), 0) FROM alert")

    def reported(self, presses: int = 1, *, within: float) -> None:
        """The receiver knows of `presses` presses by `within` seconds of the last, of no more."""
        self.machine.until(lambda: self.presses() >= presses, within, self._since)
        took = self.machine.now - self._since
        print(f"reported after {took:.2f} of {within} s")
        assert self.presses() == presses

    def alerts(self) -> int:
        """How many alerts the receiver knows of: a press that was doubled is one more."""
        return self._books("SELECT count(*) FROM alert")

    def lamp(self) -> str | None:
        """What a person reads from the lamp."""
        *changes, now = self.machine.done("cat /run/lamp; cut -d' ' -f1 /proc/uptime").splitlines()
        eye, times = LampDecoder(), [each.split() for each in changes]
        for (at, level), (until_, _) in pairwise(times):
            eye.saw(Step(level == "1", Seconds(float(until_) - float(at))))
        at, level = times[-1]
        return eye.read(Step(level == "1", Seconds(float(now) - float(at))))

    def shows(self, sign: str, *, within: float) -> None:
        """The lamp says `sign` by `within` seconds of the last press, and a person can read it."""
        self.machine.until(lambda: self.lamp() == sign, within, self._since)

    def says(self, service: str, field: str) -> str:
        """What systemd says of a service."""
        return self.machine.done(f"systemctl show -P {field} {service}").strip()

    def cut_power(self, clock: str = "utc", wired: bool = True) -> None:
        """Take the machine off the mains once what was done to it is on its disk, and back."""
        self.machine.done("sync")
        self.machine.cut_power()
        self.machine.on(clock, wired)
        self._begins()

    def reboot(self, script: str) -> None:
        """Run `script`, by which the machine starts anew."""
        self.machine.anew(script)
        self._begins()

    def _begins(self) -> None:
        self._since = self.machine.now
        self.watch_lamp()

    def runs_as_another(self, service: str, before: str, within: float) -> None:
        """Wait until a service is ready as another process than `before`."""
        self.machine.until(lambda: self.says(service, "MainPID") not in ("0", before), within)
        self.running(service)

    def running(self, service: str, within: float = 30) -> None:
        """Wait until a service is ready."""
        self.machine.until(lambda: self.says(service, "ActiveState") == "active", within)

    def all_running(self, within: float = 60) -> None:
        """Wait until all services are ready."""
        for service in SERVICES:
            self.running(service, within)

    def _books(self, sql: str) -> int:
        code, said = self.machine.run(_ASK.format(sql=shlex.quote(sql)))
        return int(said) if code == 0 else 0
