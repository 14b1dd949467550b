"""Who speaks with strangers for a service has a user of its own (service/helper.py)."""

import shutil
import subprocess
from pathlib import Path

import pytest

from gateway.cameras.sources import rtsp
from gateway.receivers.eido import process_client
from scripts.debian.package import packages
from tests.systemd.test_sandbox import MOST_EXPOSED_ELSE
from tests.waiting import patience

FOLDER = Path("systemd")
# The helper's unit: the service that it speaks for, who may ask, and what the code calls it.
HELPERS = {
    "tocsin-player": ("tocsin-cameras", "tocsin-cameras", rtsp._DOOR, rtsp._PLAYER),
    "tocsin-eido": ("tocsin-gateway", "tocsin", process_client._DOOR, process_client._PROCESS),
}
helpers = pytest.mark.parametrize("name", HELPERS)
with_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine"
)


def lines(unit: str) -> list[str]:
    return (FOLDER / unit).read_text(encoding="utf-8").splitlines()


@helpers
def test_the_service_alone_may_ask_for_one_and_has_it_at_hand(name: str) -> None:
    service, user, door, _ = HELPERS[name]
    told = {f"ListenStream={door}", "Accept=yes", f"SocketUser={user}", "SocketMode=0600"}
    assert told <= set(lines(f"{name}.socket"))
    assert f"Wants={name}.socket" in lines(f"{service}.service")
    assert f"User={user}" in lines(f"{service}.service")


@helpers
def test_each_is_a_new_user_with_no_file_of_the_installation_and_ends_with_its_service(
    name: str,
) -> None:
    service, _, _, module = HELPERS[name]
    found = lines(f"{name}@.service")
    assert "DynamicUser=yes" in found
    assert not [each for each in found if each.startswith(("User=", "Group=", "Supplementary"))]
    assert not [each for each in found if each.startswith(("ReadWritePaths", "StateDirectory"))]
    (shut,) = (each for each in found if each.startswith("InaccessiblePaths="))
    assert {"-/etc/tocsin", "-/run/tocsin", "-/var/lib/tocsin"} < set(
        shut.partition("=")[2].split()
    )
    assert f"BindsTo={service}.service" in found
    assert {"StandardInput=socket", "StandardOutput=socket"} <= set(found)
    (start,) = (each for each in found if each.startswith("ExecStart="))
    assert start == f"ExecStart=/usr/lib/tocsin-gateway/bin/python3 -I -m {module}"


def test_they_lie_in_the_gateways_package() -> None:
    named = {path.name for path in FOLDER.iterdir() if path.suffix in (".socket", ".slice")}
    named |= {path.name for path in FOLDER.glob("*@.service")}
    assert set(packages()["tocsin-gateway"].helpers) == named


@with_systemd
@helpers
def test_systemd_has_nothing_to_say_about_them_and_they_are_hardly_exposed(
    name: str, tmp_path: Path
) -> None:
    for path in FOLDER.glob("tocsin-*"):
        text = path.read_text(encoding="utf-8")
        text = text.replace("/usr/lib/tocsin-gateway/bin/python3", "/bin/true")
        (tmp_path / path.name).write_text(text.replace("/usr/bin/tocsin-", "/bin/true "))
    files = [tmp_path / f"{name}.socket", tmp_path / f"{name}@.service"]
    argv = ["systemd-analyze", "verify", "--man=no", *map(str, files)]
    assert subprocess.run(argv, capture_output=True, text=True).stderr == ""
    argv = ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(files[1])]
    said = subprocess.run(argv, capture_output=True, text=True, timeout=patience(30)).stdout
    assert float(said.strip().splitlines()[-1].split(": ")[1].split()[0]) <= MOST_EXPOSED_ELSE
