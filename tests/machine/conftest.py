"""The machine of these tests: made once in a run, and brought back to what it was before each test.

They take minutes and a machine of QEMU, so they run only where they are asked for by name.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machine.qemu import Machine
from tests.machine.school import School
from tests.packages.building import made

_HERE = Path(__file__).parent
_SKIPPED = 77


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave these tests out of a run of everything, by name."""
    named = (Path(each.partition("::")[0]).resolve() for each in config.args)
    if any(_HERE in (each, *each.parents) for each in named):
        return
    for item in items:
        if _HERE in item.path.parents:
            reason = "takes a machine of QEMU, for minutes: scripts/test tests/machine"
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with a school that was installed from this tree's packages, kept as `ready`."""
    asked = subprocess.run(["scripts/machine-image"], capture_output=True, text=True)
    if asked.returncode == _SKIPPED:
        pytest.skip(asked.stderr.strip().splitlines()[-1])
    assert asked.returncode == 0, asked.stderr
    packages = made(tmp_path_factory.mktemp("packages"), "bookworm", packed_by="none")
    machine = Machine(Path(asked.stdout.strip()), packages, tmp_path_factory.mktemp("machine"))
    try:
        machine.on()
        machine.done((_HERE / "install.sh").read_text(encoding="utf-8"))
        school = School(machine)
        school.all_running()
        school.watch_lamp()
        machine.keep("ready")
        yield machine
    finally:
        machine.cut_power()


@pytest.fixture
def school(installed: Machine) -> School:
    """The school as it was when it had been installed: everything runs, nothing is open."""
    installed.back_to("ready")
    return School(installed)
