"""docs/police.md: its commands run as they are written, its numbers are those of the code."""

import json
import re
import socket
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from standardwebhooks import Webhook

from gateway.delivery import DEADLINES, RETRIES
from police.receiver import TOLERANCE
from simulator.broker import free_port
from tests.waiting import until

DOCUMENT = Path("docs/police.md")
TEXT = DOCUMENT.read_text(encoding="utf-8")
AFTERNOON = TEXT.partition("### To try it in an afternoon")[2].partition("\n## ")[0]
COMMANDS = re.findall(r"(?m)^    (\S.*)$", AFTERNOON)


def test_the_worked_signature_is_that_of_the_published_package() -> None:
    secret, signature = re.findall(r"whsec_[\w+/=]{40,}", TEXT)[0], re.findall(r"v1,\S+", TEXT)[0]
    name, second = re.findall(r"webhook-(?:id|timestamp): (\S+)", TEXT)[:2]
    at = datetime.fromtimestamp(int(second), UTC)
    body = re.findall(r"body\n`(\{.*\})`", TEXT)[0]
    assert Webhook(secret).sign(name, at, body) == signature


def test_the_waits_and_deadlines_are_those_of_the_code() -> None:
    assert (*map(float, RETRIES),) == (0.1, 0.5, 1.0, 2.0, 4.0)
    assert "0.1, 0.5, 1, 2\n  and then every 4 s" in TEXT
    assert (DEADLINES["alerts"], DEADLINES["pictures"], TOLERANCE) == (4.0, 20.0, 300)
    assert "has 4 s, one with pictures 20 s" in TEXT


def test_every_file_that_it_points_to_is_there() -> None:
    targets = re.findall(r"\]\((?!http)([^)#]+)\)", TEXT)
    assert targets
    assert [each for each in targets if not (DOCUMENT.parent / each).exists()] == []


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_afternoon_goes_as_it_is_written(tmp_path: Path) -> None:
    first, *others = COMMANDS
    assert first == "scripts/setup demo"
    port = str(free_port())
    for name in (".venv", "config"):
        (tmp_path / name).symlink_to(Path(name).absolute())

    def shell(command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command.replace("8710", port), shell=True, text=True, cwd=tmp_path,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    said: dict[str, str] = {}
    receiver = None
    try:
        for command in others:
            if " serve " in command:
                (tmp_path / "police.toml").write_text(
                    (tmp_path / "police.toml").read_text().replace("8710", port)
                )
                receiver = shell(f"exec {command}")
                until(lambda: listens(int(port)), within=20)
                continue
            run = shell(f"{command} --pause 0" if " send " in command else command)
            said[command], _ = run.communicate(timeout=60)
            assert run.returncode == 0, said[command]
    finally:
        if receiver:
            receiver.terminate()
            receiver.communicate(timeout=10)
    words = json.dumps(said)
    assert "taken, receipt" in words
    assert "26 passed, 0 failed" in words
