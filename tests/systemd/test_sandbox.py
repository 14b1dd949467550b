"""The services' sandbox: nothing they do not need, and all that their settings name."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from device.settings import JournalSettings
from tests.waiting import patience

FOLDER = Path("systemd")
UNITS = sorted(FOLDER.glob("*[!@].service"))
SYSUSERS = [path.resolve() for path in sorted(FOLDER.glob("*.sysusers.conf"))]
TMPFILES = FOLDER / "tocsin-gateway.tmpfiles.conf"
GATEWAY = tomllib.loads(Path("config/gateway.toml").read_text(encoding="utf-8"))

# systemd's own measure, from 0 (nothing to reach) to 10 (all of the machine): issue, Trust.
MOST_EXPOSED = {"tocsin-device": 3.5}
MOST_EXPOSED_ELSE = 2.0
# The processes that say so if nobody has set the clock.
ASK_THE_CLOCK = {"tocsin-device", "tocsin-gateway"}

needs = pytest.mark.skipif


def service(name: str) -> dict[str, list[str]]:
    """The settings of a service; one that stands twice has both values."""
    found: dict[str, list[str]] = {}
    for line in (FOLDER / f"{name}.service").read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def sysusers() -> list[str]:
    """The lines of all files that say which users there are."""
    return [line for path in SYSUSERS for line in path.read_text(encoding="utf-8").splitlines()]


def exposure(unit: Path) -> float:
    argv = ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit)]
    said = subprocess.run(argv, capture_output=True, text=True, timeout=patience(30)).stdout
    return float(said.strip().splitlines()[-1].split(": ")[1].split()[0])


@pytest.mark.parametrize("name", ["tocsin-cameras", "tocsin-gateway", "tocsin-console"])
def test_the_folder_of_frames_is_the_machines_own_and_each_process_has_one_in_it(name: str) -> None:
    frames = GATEWAY["frames"]["directory"]
    folders = [line.split() for line in TMPFILES.read_text().splitlines() if line[:1] == "d"]
    assert [frames, "0755", "root", "root"] in [each[1:5] for each in folders]
    found = service(name)
    own = [each for each in folders if each[1].startswith(frames) and each[3] == found["User"][0]]
    assert own
    assert {each[2] for each in own} == {"2750"}
    assert frames in " ".join(found["ReadWritePaths"]).split()
    assert "RuntimeDirectory" not in found  # it would become this process's own
    assert f"m {found['User'][0]} tocsin-frames" in sysusers()


def test_who_faces_strangers_has_a_user_of_its_own() -> None:
    users = {unit.stem: service(unit.stem)["User"][0] for unit in UNITS}
    assert len(set(users.values())) == len(UNITS)


def test_a_player_that_takes_too_much_memory_does_not_stop_the_camera_process() -> None:
    assert service("tocsin-cameras")["OOMPolicy"] == ["continue"]


def test_what_must_survive_lies_in_a_folder_of_the_service() -> None:
    state = Path("/var/lib") / service("tocsin-device")["StateDirectory"][0]
    assert JournalSettings().path.parent == state
    state = Path("/var/lib") / service("tocsin-gateway")["StateDirectory"][0]
    assert Path(GATEWAY["store"]["path"]).parent == state


def test_a_unit_gets_its_pins_and_no_other_device() -> None:
    unit = service("tocsin-device")
    runtime = f"/run/{unit['RuntimeDirectory'][0]}"
    assert unit["DeviceAllow"] == ["char-gpiochip rw"]
    assert unit["DevicePolicy"] == ["closed"]
    assert unit["WorkingDirectory"] == [runtime]
    assert set(unit["Environment"]) == {f"LG_WD={runtime}", "GPIOZERO_PIN_FACTORY=lgpio"}


def test_a_unit_whose_pins_vanish_fills_no_journal() -> None:
    """It ends within 3 s (F58); until then lgpio writes one line without end."""
    unit = service("tocsin-device")
    assert unit["LogRateLimitIntervalSec"] == ["10"]
    assert unit["LogRateLimitBurst"] == ["200"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_the_clock_can_be_asked_by_those_who_tell_of_it_and_set_by_nobody(unit: Path) -> None:
    found = service(unit.stem)
    assert found["CapabilityBoundingSet"] == [""]
    if unit.stem in ASK_THE_CLOCK:
        assert found["SystemCallFilter"] == ["@system-service", "adjtimex clock_adjtime"]
        assert "ProtectClock" not in found  # it would forbid to ask
    else:
        assert found["SystemCallFilter"] == ["@system-service"]
        assert found["ProtectClock"] == ["yes"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_service_has_a_user_that_the_installer_makes(unit: Path) -> None:
    users = [line.split()[1] for line in sysusers() if line[:1] == "u"]
    assert service(unit.stem)["User"][0] in users
    assert "systemd-sysusers" in Path("debian/scripts/postinst").read_text(encoding="utf-8")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_service_ends_in_time_leaves_no_core_and_speaks_for_itself(unit: Path) -> None:
    found = service(unit.stem)
    assert found["TimeoutStopSec"] == ["10" if unit.stem == "tocsin-gateway" else "5"]
    assert found["LimitCORE"] == ["0"]
    assert found["NotifyAccess"] == ["main"]


def test_when_memory_runs_out_the_cameras_go_first() -> None:
    score = {unit.stem: int(service(unit.stem)["OOMScoreAdjust"][0]) for unit in UNITS}
    assert max(score, key=lambda name: score[name]) == "tocsin-cameras"
    assert score["tocsin-device"] == score["tocsin-gateway"] == -900


@needs(not shutil.which("systemd-sysusers"), reason="systemd-sysusers is not on this machine")
def test_systemd_has_nothing_to_say_about_the_users() -> None:
    argv = ["systemd-sysusers", "--dry-run", *map(str, SYSUSERS)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=patience(30))
    complaints = [line for line in done.stderr.splitlines() if str(FOLDER.resolve()) in line]
    assert (done.returncode, complaints) == (0, [])


@needs(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_service_is_hardly_exposed(unit: Path) -> None:
    assert exposure(unit) <= MOST_EXPOSED.get(unit.stem, MOST_EXPOSED_ELSE)


@needs(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_a_service_without_a_sandbox_would_be_seen(tmp_path: Path) -> None:
    open_one = tmp_path / "open.service"
    open_one.write_text("[Service]\nExecStart=/bin/true\n")
    assert exposure(open_one) > max(MOST_EXPOSED.values())
