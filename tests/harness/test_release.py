"""A release is refused until it is one, and what it makes is whole: tried on a clone."""

import subprocess
import sys
from pathlib import Path

import pytest

LOG = "# Changelog\n\n## Unreleased\n\n### {}\n\n- The lamp is greener.\n\n## 0.0.1\n\n- Old.\n"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A tree of our scripts and settings, with a changelog of its own."""
    folder = tmp_path / "tocsin"
    for command in (
        ["git", "clone", "-q", ".", str(folder)],
        ["git", "-C", str(folder), "config", "user.email", "a@example.org"],
        ["git", "-C", str(folder), "config", "user.name", "A"],
    ):
        subprocess.run(command, check=True)
    return folder


def write(clone: Path, changelog: str) -> None:
    (clone / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    subprocess.run(["git", "-C", str(clone), "commit", "-qam", "words"], check=True)


def release(clone: Path, *words: str) -> str:
    argv = [sys.executable, str(clone / "scripts" / "release"), *words]
    return subprocess.run(argv, capture_output=True, text=True, cwd=clone).stderr.strip()


def test_a_changelog_sorted_by_reader_is_ready(clone: Path) -> None:
    write(clone, LOG.format("For installers and IT"))
    assert release(clone, "--check") == ""


@pytest.mark.parametrize(
    ("changelog", "why"),
    [
        (LOG.format("Added"), "'Added' is none of For schools"),
        ("# Changelog\n\n## 0.0.1\n\n- Old.\n", "has no heading '## Unreleased'"),
        ("# Changelog\n\n## Unreleased\n\n## 0.0.1\n\n- Old.\n", "nothing to release"),
    ],
)
def test_a_changelog_that_is_not_ready_says_why(clone: Path, changelog: str, why: str) -> None:
    write(clone, changelog)
    assert why in release(clone, "--check")


@pytest.mark.parametrize("version", ["0.0.1", "1.0", "next"])
def test_a_version_that_is_none_or_not_later_is_refused(clone: Path, version: str) -> None:
    write(clone, LOG.format("For schools"))
    before = (clone / "setup.py").read_text(encoding="utf-8")
    assert f"{version}" in release(clone, version)
    assert (clone / "setup.py").read_text(encoding="utf-8") == before


def test_what_is_in_no_commit_is_not_released(clone: Path) -> None:
    (clone / "CHANGELOG.md").write_text(LOG.format("For schools"), encoding="utf-8")
    assert release(clone, "0.2.0") == (
        "no release: CHANGELOG.md is in no commit: commit it or take it away"
    )


def test_a_release_is_a_commit_a_tag_a_wheel_and_its_parts(clone: Path) -> None:
    write(clone, LOG.format("For schools"))
    assert release(clone, "9.0.0") == ""
    told = subprocess.run(
        ["git", "-C", str(clone), "show", "v9.0.0"], capture_output=True, text=True, check=True
    ).stdout
    assert "The lamp is greener." in told.partition("commit ")[0]
    assert "release: 9.0.0" in told
    assert "## Unreleased\n\n## 9.0.0 – " in (clone / "CHANGELOG.md").read_text(encoding="utf-8")
    files = {each.name for each in (clone / ".run" / "release" / "9.0.0").iterdir()}
    assert files == {"tocsin-9.0.0-py3-none-any.whl", "tocsin-9.0.0.cdx.json", "notes.md"}
