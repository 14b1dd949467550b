"""Settings with faults never start a receiver, and every fault is told."""

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
    ('[store]\npath = "x"\n[page]\nuser = "desk"', "go together"),
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
    assert "two senders have one secret" in receiver.run("check")[1]


def test_the_example_is_good_once_its_secret_stands_beside_it(tmp_path: Path) -> None:
    receiver = Receiver(tmp_path)
    receiver.config.write_text(Path("config/police.toml").read_text())
    assert receiver.run("check")[0] == 0


def test_a_store_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "police.db") as other:
        other.execute("PRAGMA user_version = 7")
    other.close()
    code, said = Receiver(tmp_path).run("serve")
    assert code == 1
    assert "version 7" in said
