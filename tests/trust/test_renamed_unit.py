"""A unit that joins under a new name with an open alert in its journal hears how that ends."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.hostile.deployment import A, Deployment, deployment
from tests.trust.founded import BIN
from tests.waiting import until
from wire.stage import Stage


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[Deployment]:
    with deployment(tmp_path) as made:
        yield made


@contextmanager
def switched_on(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """The unit in `folder`, as a process; what is written to it presses."""
    argv = [str(BIN / "tocsin-device"), "try", "--config", str(folder / "device.toml")]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    ) as unit:
        try:
            yield unit
        finally:
            unit.terminate()
            unit.wait(10)


def stages_in(journal: Path) -> list[int] | None:
    """The stages of the open alerts; None for a journal that is not made yet."""
    if not journal.exists():
        return None
    db = sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)
    try:
        return [stage for (stage,) in db.execute("SELECT stage FROM alert")]
    except sqlite3.OperationalError:
        return None
    finally:
        db.close()


@pytest.fixture
def pressed(lincoln: Deployment) -> Path:
    """The folder of a unit whose alert is with the police; the unit is off, and replaced."""
    folder = lincoln.folder / A
    with (folder / "device.toml").open("a") as settings:
        settings.write('\n[journal]\npath = "journal.db"\n')
    with switched_on(folder) as unit:
        assert unit.stdin
        unit.stdin.write("\n")
        unit.stdin.flush()
        until(lambda: stages_in(folder / "journal.db") == [Stage.DELIVERED], 20)
    code = lincoln.made.code("204", "replace")
    assert lincoln.made.join(code, folder).returncode == 0
    with sqlite3.connect(folder / "journal.db") as db:
        # As if the lamp had not been told yet.
        db.execute("UPDATE alert SET stage = 2")
    db.close()
    until(lambda: "lincoln-204" in (lincoln.made.folder / "revoked").read_text(), 5)
    return folder


@pytest.mark.parametrize("presses", [1, 2])
def test_a_renamed_unit_hears_delivered_and_closed_of_the_alert_that_it_holds(
    lincoln: Deployment, pressed: Path, presses: int
) -> None:
    """Also if the last press was one that no gateway heard under the name before."""
    with sqlite3.connect(pressed / "journal.db") as db:
        db.execute("UPDATE alert SET presses = ?", (presses,))
    db.close()
    with switched_on(pressed):
        until(lambda: stages_in(pressed / "journal.db") == [Stage.DELIVERED], 30)
        lincoln.close()
        until(lambda: stages_in(pressed / "journal.db") == [], 20)
    assert len(lincoln.incidents()) == 1


def test_a_renamed_unit_hears_of_an_alert_that_was_closed_meanwhile_and_raises_none(
    lincoln: Deployment, pressed: Path
) -> None:
    lincoln.close()
    with switched_on(pressed):
        until(lambda: stages_in(pressed / "journal.db") == [], 20)
    assert len(lincoln.alerts()) == 1
