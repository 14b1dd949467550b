"""Settings with faults never start a receiver, and every fault is told."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.police.school import SECRET, Receiver

FAULTS = [
    ('[listen]\nport = 0\n[store]\npath = "x"', "line 2: listen.port"),
    ('[listen]\nhost = "0.0.0.0"\n[store]\npath = "x"', "without cert and key"),
    ('[listen]\nhosts = "::1"\n[store]\npath = "x"', 'did you mean "host"'),
    ('[listen]\ncert = "no.pem"\n[store]\npath = "x"', "there is no file"),
    ("[store]\npaths = 3", 'did you mean "path"'),
    ('[store]\npath = "x"\n[page]\nframe_ancestors = "*; script-src *"', "frame_ancestors"),
    ('[store]\npath = "x"\n[page]\nuser = "dispatch"', "go together"),
]
SENDER = '\n[[sender]]\nname = "lincoln"\nsecret_file = "lincoln.secret"\n'


@pytest.mark.parametrize(("text", "words"), FAULTS)
def test_a_fault_is_told_and_the_exit_code_is_78(tmp_path: Path, text: str, words: str) -> None:
    receiver = Receiver(tmp_path)
    receiver.config.write_text(text + SENDER)
    for command in ("check", "serve"):
        code, said = receiver.run(command)
        assert code == 78
        assert words in said


@pytest.mark.parametrize("secret", ["", "whsec_c2hvcnQ=", "password", f"{SECRET}\nrubbish"])
def test_a_secret_that_protects_nothing_is_refused_and_never_shown(
    tmp_path: Path, secret: str
) -> None:
    receiver = Receiver(tmp_path)
    (tmp_path / "lincoln.secret").write_text(secret)
    code, said = receiver.run("check")
    assert code == 78
    assert "sender[1].secret_file" in said
    assert not secret or secret not in said


def test_two_schools_cannot_share_a_secret(tmp_path: Path) -> None:
    receiver = Receiver(tmp_path)
    (tmp_path / "other.secret").write_text(SECRET)
    assert "senders lincoln and other-school have one secret" in receiver.run("check")[1]


def test_the_example_is_good_once_its_secret_stands_beside_it(tmp_path: Path) -> None:
    receiver = Receiver(tmp_path)
    receiver.config.write_text(Path("config/police.toml").read_text())
    assert receiver.run("check")[0] == 0


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(b"no database " * 100), "file is not a database"),
        (lambda path: path.symlink_to("/proc/none/police.db"), "unable to open database file"),
    ],
)
def test_a_store_that_cannot_be_used_is_named_and_no_traceback_is_shown(
    tmp_path: Path, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(tmp_path / "police.db")
    code, said = Receiver(tmp_path).run("serve")
    assert code == 1
    assert f"{tmp_path}/police.db cannot be used as the store: " in said
    assert words in said
    assert "Traceback" not in said


def test_the_version_is_told(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-m", "police.main", "--version"], capture_output=True)
    assert re.fullmatch(rb"tocsin \d+\.\d+\.\d+\S*\n", ended.stdout)


def test_a_store_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "police.db") as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    code, said = Receiver(tmp_path).run("serve")
    assert code == 1
    assert "layout 99" in said
