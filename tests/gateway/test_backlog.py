"""What waits for the disk: as few rows as give the same tables, and none of them needed is lost."""

import sqlite3
from contextlib import closing
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.effects import (
    Save,
    SaveAlert,
    SaveAnswer,
    SaveCleared,
    SaveClosed,
    SaveEvent,
    SaveIncident,
    SaveMove,
    SaveReceipt,
    SaveTrouble,
)
from gateway.core.values import Room
from gateway.store import sql
from gateway.store.backlog import MOST_LINES, Backlog, compact
from tests.in_memory import open_in_memory
from wire.gateway_troubles import BROKER
from wire.ids import AlertId, EndpointName, IncidentId, UnitId, Wall
from wire.moves import Move
from wire.presses import DatedPress
from wire.stage import Answer

ROOM = Room("204", "Room 204", "2", "Main")
POLICE = EndpointName("county-911")
ALERTS = st.sampled_from([AlertId("a"), AlertId("b")])
INCIDENTS = st.sampled_from([IncidentId("i"), IncidentId("j")])
COUNTS = st.integers(1, 3)
TIMES = st.builds(Wall, st.integers(1, 9).map(float))


def alert(
    name: str,
    presses: int = 1,
    incident: str = "i",
    at: float = 1.0,
    doubts: tuple[str, ...] = (),
    further: tuple[DatedPress, ...] = (),
) -> SaveAlert:
    of = (AlertId(name), IncidentId(incident), "panic", UnitId("lincoln-204"), ROOM)
    return SaveAlert(*of, Wall(at), Wall(at), presses, doubts, further)


def move(name: AlertId, number: int, to: IncidentId, was: IncidentId) -> SaveMove:
    return SaveMove(name, Move(number, to, was, "Ms Ito", Wall(1.0)), to, was)


def dated(at: float) -> tuple[DatedPress, ...]:
    return (DatedPress(2, Wall(at), Wall(at)),)


WORK: st.SearchStrategy[list[Save]] = st.lists(
    st.one_of(
        st.builds(
            alert,
            ALERTS,
            COUNTS,
            INCIDENTS,
            TIMES,
            st.sampled_from([(), ("unsigned",), ("unknown",)]),
            st.one_of(st.just(()), st.builds(dated, TIMES)),
        ),
        st.builds(move, ALERTS, COUNTS, INCIDENTS, INCIDENTS),
        st.builds(
            lambda names, number: SaveCleared(tuple((name, number) for name in names)),
            st.lists(ALERTS, unique=True),
            COUNTS,
        ),
        st.builds(
            SaveIncident,
            INCIDENTS,
            st.just(Wall(1.0)),
            COUNTS,
            st.sampled_from(["active", "closing", "closed"]),
            COUNTS,
        ),
        st.builds(
            lambda names, number, at: SaveReceipt(
                POLICE, f"r-{number}", tuple((name, number) for name in names), at
            ),
            st.lists(ALERTS, unique=True),
            COUNTS,
            TIMES,
        ),
        st.builds(
            lambda names, answer: SaveAnswer(tuple(names), answer),
            st.lists(ALERTS, unique=True),
            st.sampled_from([Answer.SCHOOL, Answer.RECEIVER]),
        ),
        st.builds(lambda names: SaveClosed(tuple(names)), st.lists(ALERTS, unique=True)),
        st.builds(SaveTrouble, st.just(BROKER.name()), st.sampled_from("xy"), TIMES, TIMES),
    ),
    max_size=12,
)


def tables(db: sqlite3.Connection) -> list[Any]:
    whole = ("incident", "alert", "ended", "press", "move", "trouble", "receipt")
    return [db.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in whole]


def written(*parts: list[Save]) -> list[Any]:
    with closing(open_in_memory()) as db:
        for part in parts:
            sql.write(db, part)
        return tables(db)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(WORK, WORK)
def test_what_is_left_of_the_work_gives_the_same_tables(
    before: list[Save], work: list[Save]
) -> None:
    assert written(before, compact(work)) == written(before, work)


def test_a_repeat_that_says_more_leaves_an_answer_and_an_end_as_they_were() -> None:
    names = (AlertId("a"),)
    for deed in (SaveAnswer(names, Answer.SCHOOL), SaveClosed(names)):
        work: list[Save] = [alert("a", at=2.0), deed, alert("a", at=1.0)]
        assert written(compact(work)) == written(work)


def test_a_closed_alert_that_is_pressed_again_leaves_the_end_of_its_incident() -> None:
    names = (AlertId("a"),)
    work: list[Save] = [alert("a"), SaveClosed(names), alert("a", 2, "j"), SaveClosed(names)]
    assert written(compact(work)) == written(work)
    assert ("i", "a", 1) in written(compact(work))[2]


def test_all_clear_outlives_a_press_more() -> None:
    work: list[Save] = [alert("a"), SaveCleared(((AlertId("a"), 1),)), alert("a", 2), alert("a", 3)]
    assert written(compact(work)) == written(work)
    assert len(compact(work)) == 3


def test_a_press_after_a_move_belongs_where_the_move_said() -> None:
    a, i, j = AlertId("a"), IncidentId("i"), IncidentId("j")
    work: list[Save] = [alert("a"), move(a, 1, j, i), alert("a", 2, "j"), move(a, 1, j, i)]
    assert written(compact(work)) == written(work)


def test_eighty_thousand_repeats_leave_one_row() -> None:
    backlog = Backlog()
    for _ in range(80_000):
        backlog.add([alert("a")])
    backlog.give_back([alert("a", presses=2)])
    assert backlog.take() == [alert("a", presses=2)]
    for presses in range(1, 80_001):
        backlog.add([alert("a", presses=presses)])
    backlog.give_back([])
    assert backlog.take() == [alert("a"), alert("a", presses=80_000)]


def test_lines_of_the_timeline_give_way_and_what_a_start_needs_does_not() -> None:
    backlog, incident = Backlog(), IncidentId("i")
    backlog.add([alert("a"), SaveIncident(incident, Wall(1.0), 7, "active")])
    for number in range(3 * MOST_LINES):
        backlog.add([SaveEvent(incident, Wall(float(number)), "note", "Ms Ito")])
    backlog.give_back([SaveReceipt(POLICE, "r-1", ((AlertId("a"), 1),), Wall(2.0))])
    kinds = [type(each) for each in backlog.take()]
    assert kinds.count(SaveEvent) == MOST_LINES
    assert {SaveAlert, SaveIncident, SaveReceipt} < set(kinds)
