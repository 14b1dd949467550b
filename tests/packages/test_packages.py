"""The Debian packages: installed, updated, brought back, removed and purged on a bare Debian.

A root of scripts/bare-root stands for the machine; what is done there is life.sh.
"""

import fcntl
import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.faults.network import needs_root
from tests.packages.building import made
from tests.waiting import patience

# Two bare machines, each of which installs Debian's Mosquitto and systemd beside ours.
pytestmark = pytest.mark.timeout(900)

SKIPPED = 77
# Of systemd-sysusers: on a Raspberry Pi the group is there before us, and others use it.
STAYS = {"> gpio"}

Life = dict[str, list[str]]


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def life(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Life:
    """What was seen after each step, by the step's name."""
    folder, release = tmp_path_factory.getbasetemp(), str(request.param)
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # which all workers share: one of them makes the machine
    kept = folder / f"life-of-packages-{release}.json"
    # One at a time, of both: apt keeps what it fetched in one folder, and locks it.
    with (folder / "life-of-packages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_text(json.dumps(lived(release, tmp_path_factory.mktemp(release))))
    said = json.loads(kept.read_text())
    if isinstance(said, str):
        pytest.skip(said)
    steps = [each.splitlines() for each in said[0].split("== ")[1:]]
    return {name: seen for name, *seen in steps}


def lived(release: str, folder: Path) -> list[str] | str:
    """All that life.sh said on a bare machine of `release`; a word alone is why there is none."""
    old, new = made(folder / "old", release), folder / "new"
    made(new, release, "tocsin-unit", "tocsin-police", "--version", "99.0.0")
    argv = ["scripts/bare-root", release, "sh", "tests/packages/life.sh", str(old), str(new)]
    done = subprocess.run(
        argv, capture_output=True, text=True, timeout=patience(400),
        env={**os.environ, "TOCSIN_CARRY": str(folder)},
    )  # fmt: skip
    if done.returncode == SKIPPED:
        return done.stderr.strip().splitlines()[-1]
    assert done.returncode == 0, done.stdout + done.stderr
    return [done.stdout]


@needs_root
def test_every_program_is_there_compiled_and_has_a_manual_page(life: Life) -> None:
    programs = [line for line in life["installed"] if ": tocsin " in line]
    assert len(programs) == 3
    homes = {line for line in life["installed"] if line.startswith("/usr/lib/tocsin-")}
    assert homes == {f"/usr/lib/tocsin-{each}" for each in ("unit", "gateway", "police")}
    assert int(life["installed"][-1]) > 20  # commands on the page of tocsin-gateway


@needs_root
def test_nothing_starts_before_somebody_says_so(life: Life) -> None:
    assert [line for line in life["installed"] if line.startswith("/etc/systemd")] == []


@needs_root
def test_a_press_goes_from_the_unit_to_the_receiver(life: Life) -> None:
    assert "reports: 1" in life["pressed"]


@needs_root
def test_an_update_and_the_way_back_keep_what_was_set(life: Life) -> None:
    assert {"device: tocsin 99.0.0", "police: tocsin 99.0.0"} <= {*life["updated"]}
    assert "/etc/tocsin/device.toml" in life["updated"]
    assert "99.0.0" not in " ".join(life["brought back"])
    assert life["brought back"][-1] == "good"


@needs_root
def test_a_removal_takes_the_programs_and_keeps_what_is_the_schools(life: Life) -> None:
    assert [line for line in life["removed"] if line.startswith("/usr/")] == []
    assert {"/etc/tocsin/authority/authority.key", "/var/lib/tocsin/tocsin.db"} <= {
        *life["removed"]
    }


@needs_root
def test_a_purge_deletes_its_own_and_says_so(life: Life) -> None:
    said = "tocsin-unit: deleting its settings in /etc/tocsin, and /var/lib/tocsin-device"
    assert life["one purged"] == [said, "/etc/tocsin/ca.crt", "/etc/tocsin/gateway.toml"]


@needs_root
def test_after_the_last_purge_the_machine_is_as_before(life: Life) -> None:
    left = {line.partition(":")[0] for line in life["purged"] if line.startswith((">", "<"))}
    assert left <= STAYS


def test_the_same_tree_makes_the_same_file(tmp_path: Path) -> None:
    made(tmp_path / "one", "trixie", "tocsin-unit")
    made(tmp_path / "two", "trixie", "tocsin-unit")
    (one,), (two,) = ((tmp_path / each).iterdir() for each in ("one", "two"))
    assert one.name == two.name
    assert one.read_bytes() == two.read_bytes()
