"""An incident is live, a drill or a test from its birth: on disk, to endpoints and to people."""

from pathlib import Path

import pytest

from gateway.core.effects import Save
from gateway.core.incidents.incident import Incident
from gateway.notices.standing import Standing
from gateway.store import heads
from gateway.store.backlog import compact
from gateway.store.saved_state import held
from gateway.store.schema import open_database
from gateway.store.sql import write
from tests.gateway.core import POLICE, Core, alert, at
from tests.gateway.stored import OPEN
from tests.gateway.stored import alert as saved
from wire.ids import AlertId, IncidentId, Monotonic
from wire.modes import DRILL, LIVE, MEANING, TEST, Mode

REHEARSAL = OPEN._replace(mode=TEST)


@pytest.mark.parametrize("mode", MEANING)
def test_a_start_finds_each_incident_in_its_mode(tmp_path: Path, mode: Mode) -> None:
    db = open_database(tmp_path / "tocsin.db")
    write(db, [OPEN._replace(mode=mode), saved("a")])
    assert [each.mode for each in held(db, [POLICE], Monotonic(0.0)).incidents] == [mode]


def test_what_a_disk_made_of_a_mode_is_live(tmp_path: Path) -> None:
    db = open_database(tmp_path / "tocsin.db")
    write(db, [REHEARSAL, saved("a")])
    db.execute("UPDATE incident SET mode = 'tesd'")
    assert held(db, [POLICE], Monotonic(0.0)).incidents[0].mode == LIVE
    assert [head.mode for head in heads.newest(db)] == [LIVE]


@pytest.mark.parametrize("words", [(TEST, LIVE, TEST), (LIVE, DRILL), (TEST, DRILL, LIVE)])
def test_live_wins_on_disk_and_before_it(tmp_path: Path, words: tuple[Mode, ...]) -> None:
    rows: list[Save] = [OPEN._replace(mode=word) for word in words]
    for number, work in enumerate((rows, compact(rows))):
        db = open_database(tmp_path / f"{number}.db")
        write(db, work)
        assert db.execute("SELECT mode FROM incident").fetchone() == (LIVE,)


def test_a_test_stands_in_no_list_of_alarms_and_nobody_is_told_of_it(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.db"
    db = open_database(path)
    write(db, [REHEARSAL, saved("a")])
    assert (heads.newest(db), heads.unended(db)) == ([], [])
    assert [(head.id, head.mode) for head in heads.rehearsed(db)] == [(OPEN.id, TEST)]
    assert Standing(path, tmp_path, {}).matters(at(0)) == []
    write(db, [OPEN])
    assert [head.id for head in heads.unended(db)] == [OPEN.id]
    assert len(Standing(path, tmp_path, {}).matters(at(0))) == 1


def test_no_endpoint_is_owed_a_test_until_it_becomes_an_emergency() -> None:
    core = Core()
    core.hear(alert(name="0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001"), at(0))
    (found,) = core.incidents.all_open()
    rehearsed = Incident(IncidentId("i-2"), at(0).wall, at(0).mono, mode=TEST)
    rehearsed.alerts = dict(found.alerts)
    outbox, name = Core().outbox, AlertId(next(iter(found.alerts)))
    outbox.owe(rehearsed, name, 1, at(0))
    outbox.owe_one(POLICE, rehearsed, name, at(0))
    outbox.tell_again(rehearsed, at(0))
    assert outbox.launches(at(1)) == []
    rehearsed.mode = LIVE
    outbox.owe(rehearsed, name, 1, at(2))
    assert len(outbox.launches(at(2))) == 2  # the report, and the version on disk


def test_a_press_joins_no_incident_of_another_mode() -> None:
    core = Core()
    core.hear(alert("204"), at(0))
    (found,) = core.incidents.all_open()
    found.mode = DRILL
    core.hear(alert("205"), at(1))
    assert sorted(each.mode for each in core.incidents.all_open()) == [DRILL, LIVE]
