"""What cannot be backed up or restored is said in words, and changes nothing."""

import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from gateway.app.backup.archive import FORM, MANIFEST
from gateway.app.backup.locked_file import by_passphrase, write_locked
from tests.backup.locked import PASSPHRASE, backed_up, restored
from tests.trust.founded import School, school


class Lost:
    """A school whose gateway is gone, and its backup."""

    def __init__(self, made: School, backup: Path) -> None:
        self.made, self.backup = made, backup
        shutil.rmtree(made.folder)

    def refused(self, backup: Path, *words: object, typed: str = PASSPHRASE) -> str:
        """What `restore` says when it refuses; nothing is there then."""
        said = restored(backup, *words, typed=typed)
        assert said.returncode == 1, said.stdout
        assert not self.made.folder.exists()
        return said.stderr


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lost]:
    folder = tmp_path_factory.mktemp("lost")
    with school(folder / "gateway") as made:
        yield Lost(made, backed_up(made, folder / "backup"))


def test_another_passphrase_opens_nothing(lost: Lost) -> None:
    said = lost.refused(lost.backup, typed="three old cats sing\n")
    assert said.startswith(f"nothing was restored: {lost.backup} is not opened by this passphrase")


@pytest.mark.parametrize("left", [0, 100, 1000, 5000, 0.5, 0.99])
def test_a_cut_file_is_told_from_a_wrong_passphrase(
    lost: Lost, tmp_path: Path, left: float
) -> None:
    whole = lost.backup.read_bytes()
    size = int(left * len(whole)) if isinstance(left, float) else left
    (tmp_path / "cut").write_bytes(whole[:size])
    assert "is cut, damaged, or no backup of Tocsin" in lost.refused(tmp_path / "cut")


def test_a_bit_that_a_disk_spoilt_is_found(lost: Lost, tmp_path: Path) -> None:
    spoilt = bytearray(lost.backup.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    (tmp_path / "spoilt").write_bytes(spoilt)
    assert "is cut, damaged" in lost.refused(tmp_path / "spoilt")


def test_a_backup_of_a_newer_version_asks_for_that_version(lost: Lost, tmp_path: Path) -> None:
    with (tmp_path / "archive").open("w+b") as archive:
        with tarfile.open(fileobj=archive, mode="w") as out:
            manifest = {"form": FORM + 1, "version": "tocsin 9.9"}
            text = json.dumps(manifest).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(text)
            out.addfile(entry, io.BytesIO(text))
        write_locked(tmp_path / "newer", archive, by_passphrase(PASSPHRASE.strip()))
    said = lost.refused(tmp_path / "newer")
    assert "was made by a newer version (tocsin 9.9): install that version" in said


def test_onto_a_machine_that_has_a_gateway_nothing_is_restored(tmp_path: Path) -> None:
    with school(tmp_path / "gateway") as made:
        backup = backed_up(made, tmp_path / "backup")
        made.config.unlink()
        made.rooms("204")
        before = {path: path.read_bytes() for path in made.folder.rglob("*") if path.is_file()}
        said = restored(backup)
        assert said.returncode == 1
        assert "there is a gateway, or a part of one, on this machine" in said.stderr
        after = {path: path.read_bytes() for path in made.folder.rglob("*") if path.is_file()}
        assert after == before


def test_a_key_of_age_opens_what_was_made_for_it_and_nobody_types_anything(tmp_path: Path) -> None:
    ours, theirs = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    for name, key in (("ours", ours), ("theirs", theirs)):
        (tmp_path / name).write_text(f"# public key: {key.to_public()}\n{key}\n")
    with school(tmp_path / "gateway") as made:
        said = made.gateway("backup", tmp_path / "backup", "--recipient", ours.to_public())
        assert said.returncode == 0, said.stderr
        checked = restored(tmp_path / "backup", "--only-check", "--identity", tmp_path / "ours")
        assert checked.stdout.startswith("whole: "), checked.stderr
        lost = Lost(made, tmp_path / "backup")
        said_no = lost.refused(lost.backup, "--identity", tmp_path / "theirs")
        assert "is not opened by this passphrase or key" in said_no
        assert restored(lost.backup, "--identity", tmp_path / "ours").returncode == 0
        assert made.gateway("check").returncode == 0


def test_a_backup_takes_the_place_of_no_file_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    with school(tmp_path / "gateway") as made:
        backup = backed_up(made, tmp_path / "backup")
        assert backup.stat().st_mode & 0o777 == 0o600
        said = made.gateway("backup", backup, typed=PASSPHRASE)
        assert f"no backup was made: {backup} is there already" in said.stderr
        short = made.gateway("backup", tmp_path / "other", typed="short\n")
        assert "at least 12 characters" in short.stderr
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["backup"]
