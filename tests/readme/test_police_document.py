"""docs/police.md: its commands run as they are written, its numbers are those of the code."""

import json
import re
import socket
import subprocess
import uuid
from datetime import UTC, datetime
from pathlib import Path

from standardwebhooks import Webhook

from gateway.core.delivery.waits import DEADLINES, RETRIES, WHOLE
from police.conformance.case import SampleReport
from police.conformance.runner import read_cases
from police.conformance.sample import write_report
from police.receiver import TOLERANCE
from simulator.broker import free_port
from tests.waiting import patience, until
from wire.ids import Wall
from wire.limits import (
    LARGEST_PICTURE,
    LARGEST_RECEIPT,
    LARGEST_REPORT,
    MOST_ALERTS,
    MOST_PICTURES,
)

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
    assert f"and {WHOLE:g} s in all" in TEXT


def sentences() -> dict[str, str]:
    """What the document says of each case of the kit: the words before its name in brackets."""
    demands = TEXT.partition("What your receiver must do")[2].partition("\nAgree on:")[0]
    *parts, _ = re.split(r"\(`([a-z0-9-]+)`\)", demands)
    said, names = parts[::2], parts[1::2]
    assert len(set(names)) == len(names), "each case stands at one sentence"
    return {name: words.rpartition("\n* ")[2] for name, words in zip(names, said, strict=True)}


def test_every_case_of_the_kit_has_its_sentence_and_none_is_invented() -> None:
    found = sentences()
    assert set(found) == {case.name for case in read_cases()}
    assert [name for name, words in found.items() if len(re.findall(r"\w+", words)) < 2] == []


def test_the_sizes_are_those_of_the_code() -> None:
    words = " ".join(TEXT.split())
    assert f"at most {MOST_PICTURES} pictures of at most {LARGEST_PICTURE:,} bytes" in words
    assert f"Take {LARGEST_REPORT:,} bytes" in words
    assert f"Your answer may have {LARGEST_RECEIPT:,} bytes" in words
    report = write_report(
        uuid.uuid4(), SampleReport(more_rooms=MOST_ALERTS - 1), Wall(1_790_000_000.0)
    )
    assert 600_000 < len(json.dumps(report)) < 800_000
    assert f"up to {MOST_ALERTS:,} alerts, some 700,000 bytes" in words


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
            said[command], _ = run.communicate(timeout=patience(60))
            assert run.returncode == 0, said[command]
    finally:
        if receiver:
            receiver.terminate()
            receiver.communicate(timeout=patience(10))
    words = json.dumps(said)
    assert "taken, receipt" in words
    assert f"{len(read_cases()) - 16} passed, 0 failed, 16 left out" in words
