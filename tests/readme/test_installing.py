"""What the README tells an installer is done here as it stands, on a gateway and on a unit."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.faults.network import needs_root
from tests.faults.privileges import require
from tests.packages.building import made, own_release
from tests.readme.machine import Machine, machine, network

# Two packages made and two installations, on a machine that does other things, too.
pytestmark = pytest.mark.timeout(600)

README = Path("README.md").read_text(encoding="utf-8")
ADDRESS = "10.20.0.1"
ROOMS = "room,name,building,floor,unit,cameras,x,y\n204,Library,Main,2,,,,\n"


def blocks(title: str) -> list[str]:
    """The blocks of commands in the section of that title, as a person pastes them."""
    section = README.partition(f"## {title}\n")[2].partition("\n## ")[0]
    found = re.findall(r"(?m)(?:^    \S.*\n)+", section)
    return [re.sub(r"(?m)^    ", "", each) for each in found]


class Installed(NamedTuple):
    """A gateway and a unit, as the README leaves them, and all that their commands said."""

    gateway: Machine
    unit: Machine
    network: int
    said: dict[str, str]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    require("systemd-sysusers", "--version")
    require("py3compile", "--help")
    require("test", "-x", "/usr/sbin/mosquitto")
    folder = tmp_path_factory.mktemp("machines")
    # Where the installer is when the commands are given.
    place = f"cd {made(folder / 'packages', own_release(), 'tocsin-gateway', 'tocsin-unit')}\n"
    with ExitStack() as stack:
        gateway = stack.enter_context(machine(folder / "gateway"))
        unit = stack.enter_context(machine(folder / "unit"))
        here = stack.enter_context(network(ADDRESS, folder / "network.log"))
        setup, start = blocks("For an installer: the gateway")
        *install, init = setup.strip().splitlines()
        gateway.done(place + "\n".join(install))
        said = {"init": gateway.done(init, here, f"Lincoln School\n{ADDRESS}\n")}
        gateway.done(f"printf '{ROOMS}' >/etc/tocsin/register/rooms.csv")
        *begin, doctor = start.strip().splitlines()
        said["begin"] = gateway.done("\n".join(begin), here)
        said["doctor"] = gateway.run(doctor, here).stdout
        setup, joining = blocks("For an installer: a unit on the wall")
        unit.done(place + setup)
        enrol, *join, unit_doctor = joining.strip().splitlines()
        said["enrol"] = gateway.done(enrol, here)
        (code,) = re.findall(r"code      (\S+)", said["enrol"])
        said["join"] = unit.done("\n".join(join), here, code)
        said["unit doctor"] = unit.run(unit_doctor, here).stdout
        yield Installed(gateway, unit, here, said)


@needs_root
def test_the_settings_that_init_made_are_good(installed: Installed) -> None:
    assert "1 rooms, 0 units" in installed.said["begin"]


@needs_root
def test_every_service_of_the_gateway_becomes_ready_as_its_own_user(installed: Installed) -> None:
    ready = installed.gateway.done("grep -l ready /run/tocsin-*.log").split()
    # The last two need settings of their own: what to show, and whom to tell.
    others = {"tocsin-device", "tocsin-receiver", "tocsin-monitor", "tocsin-notices"}
    found = {path.stem for path in Path("systemd").glob("*.service")}
    names = {name for name in found - others if not name.endswith("@")}  # by their sockets
    assert {Path(each).stem for each in ready} == names
    running = installed.gateway.done("ps -eo user:20,args")
    assert re.search(r"(?m)^tocsin-authority .* ca --config", running)
    assert re.search(r"(?m)^tocsin-broker .* broker --config", running)


@needs_root
def test_the_unit_has_joined_and_its_settings_are_good(installed: Installed) -> None:
    assert "joined" in installed.said["join"]
    assert "lincoln-school-204" in installed.gateway.done("ls /etc/tocsin/published/units")
    installed.unit.done("tocsin-device check --config /etc/tocsin/device.toml")


@needs_root
def test_the_check_up_is_told_on_both(installed: Installed) -> None:
    assert "certificate" in installed.said["doctor"]
    assert "certificate" in installed.said["unit doctor"]
