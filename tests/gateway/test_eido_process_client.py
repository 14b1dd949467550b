"""The gateway's side of its notifier: what a process that was taken over may not do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.receivers.eido.process_protocol import LONGEST_NOTE
from tests.service.brokers import new_authority
from tests.waiting import patience

# In a process of its own: with it ends the notifier that is started again and again.
GATEWAY = """
import sys
from pathlib import Path
from queue import SimpleQueue
from gateway.receivers.eido.process_client import NotifierProcess
from gateway.receivers.eido.listener import CertificateFiles, ListenerConfig

folder, notes = Path(sys.argv[1]), SimpleQueue()
files = CertificateFiles(*(folder / name for name in ("ca.crt", "gateway.crt", "gateway.key")))
listener = ListenerConfig("127.0.0.1", 1, str(folder), frozenset({"psap"}))
NotifierProcess("psap", listener, files, notes.put, "tests.gateway.false_notifier").start()
print(notes.get(timeout=20))
"""


def first_note(folder: Path, says: str, **environment: str) -> str:
    """What the gateway hears first from a process that says this."""
    new_authority().sign(folder, "gateway")
    (folder / "says").write_text(says)
    argv = [sys.executable, "-c", GATEWAY, str(folder)]
    return subprocess.run(
        argv,
        capture_output=True,
        text=True,
        check=True,
        timeout=patience(30),
        env={**os.environ, **environment},
    ).stdout


def test_what_it_says_of_its_own_way_is_passed_on(tmp_path: Path) -> None:
    assert "ResponseReceived(flight=ReportId(channel='psap'" in first_note(
        tmp_path, '["answered","psap","i",1,200,"",[]]'
    )


def test_a_service_whose_notifier_has_no_user_of_its_own_says_so_and_serves(
    tmp_path: Path,
) -> None:
    told = first_note(tmp_path, "rubbish", NOTIFY_SOCKET=str(tmp_path / "systemd"))
    assert "eido-user-psap" in told
    assert "systemctl restart tocsin-eido.socket" in told


def test_an_event_for_a_report_that_was_never_sent_is_no_evidence(tmp_path: Path) -> None:
    claimed = '["answered","psap","i",1,200,"",[["event","answer",1.0,2.0]]]'
    assert "exchanges=()" in first_note(tmp_path, claimed)


@pytest.mark.parametrize(
    "says",
    [
        '["answered","county-911","i",1,200,"",[]]',
        '["unanswered","county-911","i",1,"no"]',
        '["condition","endpoint-county-911",null]',
        '["launch","psap","i",1,4.0,"{}"]',
        "rubbish",
        "x" * (LONGEST_NOTE + 1),
    ],
    ids=["receipt", "failure", "trouble", "order", "rubbish", "endless"],
)
def test_whatever_else_it_says_is_its_last_word(tmp_path: Path, says: str) -> None:
    told = first_note(tmp_path, says)
    assert told.startswith("HealthStatus(name='eido-psap', detail='the EIDO process ended")
