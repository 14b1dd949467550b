"""A gateway as the README leaves it, on a machine of its own: its users, services and folders.

The programs are those that are tested, seen under `/opt`, and lie where the packages put theirs.
"""

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sysconfig import get_path
from typing import Any

from tests.faults.privileges import require
from tests.readme.machine import Machine, machine, network

ADDRESS = "10.20.0.1"
CONFIG = "/etc/tocsin/gateway.toml"
SERVICES = "tocsin-broker tocsin-authority tocsin-gateway tocsin-cameras tocsin-console"
_HEAD = "room,name,building,floor,unit,cameras,x,y"
_ROOMS = "204,Library,Main,2,,hall-2,,", "205,,Main,2,,,,"
_CAMERA = "[[camera]]", 'id = "hall-2"', 'source = "test:"'
_PROGRAM = """\
#!/bin/sh
export PYTHONPATH=/opt/tocsin-source:/opt/libraries LD_LIBRARY_PATH=/opt/python/lib
exec /opt/python/bin/python3 -c 'import sys; from {package}.main import main; sys.exit(main())' "$@"
"""
_INSTALL = """
mkdir -p /opt/tocsin-source /opt/libraries /opt/python
mount --bind '{source}' /opt/tocsin-source
mount --bind '{libraries}' /opt/libraries
mount --bind '{python}' /opt/python
systemd-sysusers /opt/tocsin-source/systemd/*.sysusers.conf
systemd-tmpfiles --create /opt/tocsin-source/systemd/*.tmpfiles.conf
cp /opt/tocsin-source/systemd/*.service /usr/lib/systemd/system/
chmod 755 /usr/bin/tocsin-*
install -D /opt/tocsin-source/config/police.toml /usr/share/doc/tocsin-police/examples/police.toml
"""
_FOUND = f"""
tocsin-gateway init --name 'Lincoln School' --site lincoln --host {ADDRESS}
printf '%s\\n' {shlex.join(_CAMERA)} >>{CONFIG}
printf '%s\\n' {_HEAD} {shlex.join(_ROOMS)} >/etc/tocsin/register/rooms.csv
systemctl enable --now {SERVICES}
tocsin-gateway enrol 204 --config {CONFIG} >/run/label
join=$(grep -o 'tocsin-device join .*' /run/label)
sed -n 's/^  code *//p' /run/label | $join --folder /var/lib/unit
"""


class GatewayMachine:
    """A founded gateway whose services run, and whose unit of room 204 has joined."""

    def __init__(self, inside: Machine, network: int) -> None:
        self._inside, self._network = inside, network

    def run(self, script: str) -> str:
        """Run `script` as root, whatever comes of it; returns all that it said."""
        told = self._inside.run(script, self._network)
        return told.stdout + told.stderr

    def done(self, script: str) -> str:
        """Run `script` as root; it must succeed."""
        return self._inside.done(script, self._network)

    def doctor(self) -> dict[str, dict[str, str]]:
        """What `doctor` finds, by what it looked at."""
        found = self._json("doctor")["findings"]
        return {each["check"]: each for each in found}

    def troubles(self) -> dict[str, dict[str, str]]:
        """The troubles that `status` lists, by name."""
        return {each["name"]: each for each in self._json("status")["troubles"]}

    def _json(self, command: str) -> Any:
        said = self._inside.run(f"tocsin-gateway {command} --json --config {CONFIG}", self._network)
        return json.loads(said.stdout)


@contextmanager
def gateway_machine(folder: Path) -> Iterator[GatewayMachine]:
    """A machine kept at `folder`; skips the test where none can be made."""
    require("systemd-sysusers", "--version")
    require("test", "-x", "/usr/sbin/mosquitto")
    with machine(folder / "gateway") as inside, network(ADDRESS, folder / "network.log") as here:
        for package in ("gateway", "device", "police"):
            program = shlex.quote(_PROGRAM.format(package=package))
            inside.done(f"printf %s {program} >/usr/bin/tocsin-{package}")
        parts = {"libraries": get_path("purelib"), "python": sys.base_prefix}
        inside.done(_INSTALL.format(source=Path.cwd(), **parts))
        inside.done(_FOUND, here)
        yield GatewayMachine(inside, here)
