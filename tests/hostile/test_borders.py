"""Root works in the folder of a user with fewer rights, who tries to have it done elsewhere."""

import os
import pwd
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.trust.accounts import open_accounts
from gateway.trust.ca.database import EnrolmentDatabase
from service import owners
from service.files import read_whole, write_whole
from service.folder import make_folder
from service.login.accounts import Accounts
from service.textfile import read_text_file
from tests.faults.privileges import require
from tests.hostile.foreign import STRANGER, Foreign, foreign
from tests.trust.founded import BIN, school
from tests.waiting import patience, until

NOBODY = pwd.getpwuid(STRANGER).pw_name


@pytest.fixture
def theirs() -> Iterator[Foreign]:
    with foreign() as made:
        yield made


def test_h40_a_file_that_is_swapped_while_root_writes_gives_nothing_away(theirs: Foreign) -> None:
    path, swapped = theirs.folder / "rooms.csv", 0
    with theirs.swapping():
        until(lambda: attacked(theirs.folder))
        end = time.monotonic() + 3.0
        while time.monotonic() < end:
            with suppress(OSError):
                write_whole(path, b"room,unit\n", 0o644)
            swapped += path.is_symlink()
            assert theirs.is_unharmed()
    assert swapped, "the attack never got in between"
    write_whole(path, b"room,unit\n", 0o644)
    assert (path.read_bytes(), path.lstat().st_uid) == (b"room,unit\n", STRANGER)


def attacked(folder: Path) -> bool:
    bait = folder / ".bait"
    bait.touch()
    return bait.is_symlink()


def test_h40_what_is_given_away_is_what_lies_there(theirs: Foreign) -> None:
    theirs.link("link")
    theirs.link("folder", theirs.victim.parent)
    (theirs.folder / "other-name").hardlink_to(theirs.victim)
    (theirs.folder / "own").touch()
    owners.give(theirs.folder, NOBODY)
    for name in ("link", "other-name"):
        owners.give_one(theirs.folder / name, NOBODY)
    assert theirs.is_unharmed()
    assert theirs.victim.parent.stat().st_uid == 0
    assert (theirs.folder / "own").stat().st_uid == STRANGER


def test_h40_a_link_leads_only_where_root_made_it(theirs: Foreign) -> None:
    inside = theirs.link("place", theirs.victim.parent)
    for work in (
        lambda: write_whole(inside / "new", b"x"),
        lambda: make_folder(inside / "new"),
        lambda: read_text_file(theirs.link("rooms.csv")),
    ):
        with pytest.raises(OSError, match="another user made"):
            work()
    own = theirs.victim.with_name("own")
    own.symlink_to(theirs.victim)
    assert read_whole(own) == theirs.victim.read_bytes()


@pytest.mark.parametrize("database", [open_accounts, EnrolmentDatabase])
def test_h40_a_database_is_opened_with_its_owners_rights(
    theirs: Foreign, database: Callable[[Path], Accounts | EnrolmentDatabase]
) -> None:
    sqlite3.connect(theirs.victim.with_name("root.db")).close()
    target = theirs.victim.with_name("root.db")
    target.chmod(0o600)
    with pytest.raises(sqlite3.Error):
        database(theirs.link("people.db", target))
    assert target.stat().st_size == 0
    database(theirs.folder / "good.db").close()
    assert (theirs.folder / "good.db").stat().st_uid == STRANGER


def test_h40_a_unit_joins_in_the_folder_of_its_own_user(theirs: Foreign, tmp_path: Path) -> None:
    require("unshare", "--mount", "true")
    for name in ("notes", ".device.toml.new", "device.toml.trial"):
        theirs.link(name)
    (theirs.folder / "other-name").hardlink_to(theirs.victim)
    with school(tmp_path / "gateway") as made:
        made.rooms("204")
        made.start("ca")
        words = [BIN / "tocsin-device", "join", made.url, "--folder"]
        code = made.code("204")
        done = as_on_a_unit(tmp_path / "passwd", code, *map(str, words), str(theirs.folder))
    assert done.returncode == 0, done.stderr
    assert theirs.is_unharmed()
    for name in ("device.toml", "unit.key", "unit.crt"):
        assert (theirs.folder / name).lstat().st_uid == STRANGER


def as_on_a_unit(passwd: Path, typed: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command where the stranger is the user of the unit's service."""
    users = Path("/etc/passwd").read_text()
    passwd.write_text(f"{users}{owners.DEVICE}:x:{STRANGER}:{STRANGER}::/:/bin/false\n")
    script = 'mount --bind "$0" /etc/passwd && exec "$@"'
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, str(passwd), *words],
        input=typed, capture_output=True, text=True, timeout=patience(60), env=os.environ,
    )  # fmt: skip
