"""How a button was pressed comes behind its alert, and is told without holding anything up."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gateway.core.effects import Save, SaveAlert
from gateway.store import sql
from gateway.store.backlog import compact
from gateway.store.saved_state import held
from gateway.store.schema import open_database
from tests.gateway.core import Core, alert, at
from tests.gateway.stored import OPEN
from tests.gateway.stored import alert as stored
from wire.evidence import PressEvidence
from wire.ids import AlertId, IncidentId, Monotonic, Seconds

NAME = AlertId("0d9b6a3c-6c0e-4a43-9b1f-9f1b2f4f6d22")


def measured(seconds: float, bounces: int = 0) -> PressEvidence:
    return PressEvidence(Seconds(seconds), bounces, Seconds(100.0))


def on_disk(db: sqlite3.Connection) -> list[PressEvidence | None]:
    (incident,) = held(db, (), Monotonic(0.0)).incidents
    return [each.evidence for each in incident.alerts.values()]


def told(core: Core, seconds: float) -> list[Any]:
    """The alert as each report tells it that leaves now and is taken."""
    launches = core.launches(at(seconds))
    for each in launches:
        core.receipt(each, at(seconds))
    return [json.loads(each.body)["alerts"][0] for each in launches]


@pytest.fixture
def core() -> Core:
    found = Core()
    found.hear(alert(name=NAME), at(0))
    (first,) = told(found, 0)
    assert not {"pattern", "evidence"} & first.keys()
    return found


def test_what_a_press_looks_like_is_reported_in_the_next_pause(core: Core) -> None:
    core.hear(alert(name=NAME, evidence=measured(0.132, 3)), at(0.2))
    assert told(core, 0.2) == []
    core.tick(at(0.5))
    (part,) = told(core, 0.5)
    assert part["pattern"] == "firm"
    assert part["evidence"] == {"held": 0.132, "bounces": 3, "uptime": 100.0}


def test_a_button_that_is_held_on_and_on_is_reported_as_held_once(core: Core) -> None:
    for second in range(3, 40):
        core.hear(alert(name=NAME, evidence=measured(float(second))), at(second))
        core.tick(at(second))
        assert len(told(core, second)) == (second == 3)
    core.hear(alert(name=NAME, presses=2), at(41))
    (part,) = told(core, 41)
    assert (part["pattern"], part["evidence"]["held"]) == ("held", 39.0)


def test_evidence_that_comes_late_or_twice_is_no_news(core: Core) -> None:
    core.hear(alert(name=NAME, evidence=measured(4.0)), at(4))
    core.tick(at(4))
    assert [each["pattern"] for each in told(core, 4)] == ["held"]
    for seconds in (4.0, 0.1):
        core.hear(alert(name=NAME, evidence=measured(seconds)), at(5))
    core.tick(at(6))
    assert told(core, 6) == []


def test_the_disk_and_what_waits_for_it_keep_all_that_was_told(tmp_path: Path) -> None:
    rows: list[SaveAlert] = [
        stored("a", 1)._replace(evidence=each)
        for each in (None, measured(0.1, 7), measured(3.2, 1), None, measured(0.5))
    ]
    orders: list[Sequence[Save]] = [rows, rows[::-1], compact(rows), compact(rows[::-1])]
    for number, work in enumerate(orders):
        db = open_database(tmp_path / f"{number}.db")
        with db:
            sql.write(db, [OPEN, *work])
        assert on_disk(db) == [measured(3.2, 7)]
        db.close()


def test_damaged_evidence_costs_no_alert(tmp_path: Path) -> None:
    db = open_database(tmp_path / "tocsin.db")
    with db:
        sql.write(db, [OPEN, stored("a", 1)._replace(evidence=measured(1.0))])
        db.execute("UPDATE alert SET uptime = NULL")
    assert on_disk(db) == [None]
    db.close()


def test_a_question_without_an_incident_changes_nothing_on_the_disk(tmp_path: Path) -> None:
    db: sqlite3.Connection = open_database(tmp_path / "tocsin.db")
    question = stored("a", 1)._replace(incident=IncidentId(""), evidence=measured(9.0))
    with db:
        sql.write(db, [OPEN, stored("a", 1), question])
    assert db.execute("SELECT held FROM alert").fetchone() == (None,)
    db.close()
