"""`tocsin-gateway status` does not take a dead gateway's last words for its state."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gateway.command_table import COMMANDS
from service.life_sign import LifeSign
from tests.gateway.endpoint import Endpoint
from tests.gateway.school import School, running, school
from tests.waiting import patience, until


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[School]:
    with Endpoint() as endpoint, school(tmp_path, endpoint) as found:
        yield found


def alive(ours: School) -> bool:
    return bool(json.loads(ours.call("status", "--json").stdout)["gateway"]["alive"])


def test_a_gateway_that_ended_is_dead_whatever_its_database_says(ours: School) -> None:
    with running(ours):
        until(lambda: alive(ours), within=10)
        assert "NOT RUNNING" not in ours.call("status").stdout
    told = ours.call("status")
    assert told.returncode == 1
    assert "THE GATEWAY IS NOT RUNNING" in told.stdout
    assert "systemctl enable --now tocsin-gateway" in told.stdout


def test_a_gateway_that_cannot_write_is_not_said_to_have_no_incident(ours: School) -> None:
    with running(ours):
        until(lambda: alive(ours), within=10)
    LifeSign(ours.folder / "frames" / "gateway").give(stores=False)  # as the running one would
    told = ours.call("status")
    assert told.returncode == 1
    assert "CANNOT WRITE TO ITS DATABASE" in told.stdout
    assert "no open incident" not in told.stdout


def test_a_gateway_that_never_ran_has_nothing_to_tell(ours: School) -> None:
    told = ours.call("status")
    assert told.returncode == 1
    assert "there is no database yet" in told.stderr
    assert "Traceback" not in told.stderr


def test_who_may_not_read_it_is_told_how(ours: School) -> None:
    (ours.folder / "tocsin.db").mkdir()  # refused to root as well
    told = ours.call("status")
    assert told.returncode == 1
    assert "may not read it" in told.stderr
    assert f"sudo tocsin-gateway status --config {ours.config}" in told.stderr


AS_NOBODY = """
import os, sys
from gateway.main import main
import gateway.command_table, gateway.app.status, service.version
service.version.tocsin_version()  # what root alone may import here
os.setgid(65534)
os.setuid(65534)
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_user_without_rights_is_refused_in_one_clear_line() -> None:
    with TemporaryDirectory() as name, Endpoint() as endpoint:
        folder = Path(name)
        folder.chmod(0o755)  # as /etc is
        with school(folder, endpoint) as ours:
            ours.config.chmod(0o644)
            (folder / "tocsin.db").touch(0o600)
            told = subprocess.run(
                [sys.executable, "-c", AS_NOBODY, "status", "--config", str(ours.config)],
                capture_output=True, text=True, timeout=patience(20),
            )  # fmt: skip
    assert told.returncode == 1, told.stderr
    assert "nobody may not read it" in told.stderr
    assert f"sudo tocsin-gateway status --config {ours.config}" in told.stderr
    assert len(told.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    ("program", "words"),
    [
        *(("gateway", [each.name]) for each in COMMANDS),
        ("gateway", []),
        *(("device", [name]) for name in ("run", "try", "check", "doctor", "join")),
        ("device", []),
    ],
)
def test_every_command_tells_its_version(program: str, words: list[str]) -> None:
    code = f"import sys; from {program}.main import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, *words, "--version"],
        capture_output=True, text=True, timeout=patience(20),
    )  # fmt: skip
    assert (done.returncode, done.stdout.split()[0]) == (0, "tocsin")
