"""A mark that a dispatcher puts stays on the page until the school tells of it, or all is over."""

from pathlib import Path
from typing import Any

from police.reader import StoreReader
from police.receiver import SenderName
from police.store import ReportStore
from tests.police.school import Json, Receiver, alert, report, shown
from tests.police.test_police_answers import ask, newest, say
from tests.police.test_police_orders import keep
from wire.ids import IncidentId, Wall
from wire.limits import MOST_MARKS_OF_RECEIVERS

HERE = {"what": "seen", "room": "204"}


def put(receiver: Receiver, document: Json, **more: Any) -> None:
    assert say(receiver, document, "mark", mark={**HERE, **more}) == 204


def opened(receiver: Receiver) -> Json:
    document = report([alert()])
    receiver.post(document)
    return document


def told(mark: Json, **more: Any) -> Json:
    """The mark of an answer as a report of the school has it."""
    spot = {"building": "Main Building", "floor": "2", "room": "204", "x": None, "y": None}
    at = {"seen_at": "2026-03-09T14:05:00.000Z", "received_at": "2026-03-09T14:05:00.000Z"}
    return {"what": "seen", **spot, "note": "", "by": "Hill", "known": "receiver", **at,
            **mark, **more}  # fmt: skip


def name_of(receiver: Receiver, after: int) -> Json:
    """The id of the mark that was put since."""
    (answer,) = ask(receiver, after).json()["answers"]
    return {"id": answer["mark"]["id"]}


def next_of(document: Json, version: int, *marks: Json, **incident: str) -> Json:
    whole = {**document["incident"], **incident}
    return {**document, "version": version, "marks": list(marks), "incident": whole}


def on_page(receiver: Receiver, document: Json) -> list[bool]:
    """Of each mark on the page whether the school has not taken it yet."""
    return [mark["pending"] for mark in shown(receiver, document)["marks"]]


def test_a_mark_waits_until_a_report_tells_of_it_and_goes_when_it_tells_no_more(
    receiver: Receiver,
) -> None:
    after, document = newest(receiver), opened(receiver)
    put(receiver, document)
    name = name_of(receiver, after)
    receiver.post(next_of(document, 2))
    assert on_page(receiver, document) == [True]
    receiver.post(next_of(document, 3, told(name)))
    assert on_page(receiver, document) == [False]
    receiver.post(next_of(document, 4))
    assert on_page(receiver, document) == []


def test_a_late_report_that_tells_of_a_mark_leaves_it_waiting_no_more(receiver: Receiver) -> None:
    after, document = newest(receiver), opened(receiver)
    put(receiver, document)
    name = name_of(receiver, after)
    receiver.post(next_of(document, 4))
    receiver.post(next_of(document, 3, told(name)))
    assert on_page(receiver, document) == []


def test_a_mark_that_no_report_told_of_goes_when_all_is_over(receiver: Receiver) -> None:
    document = opened(receiver)
    put(receiver, document)
    receiver.post(next_of(document, 2, status="closed"))
    assert on_page(receiver, document) == []


def test_a_mark_taken_back_here_does_not_come_again_with_a_report(receiver: Receiver) -> None:
    after, document = newest(receiver), opened(receiver)
    put(receiver, document)
    name = name_of(receiver, after)
    for version in (2, 3):
        assert say(receiver, document, "take-back", mark=name) == 204
        receiver.post(next_of(document, version, told(name)))
        assert on_page(receiver, document) == []


def test_a_mark_of_the_school_stays_whatever_is_taken_back_here(receiver: Receiver) -> None:
    document = opened(receiver)
    name = {"id": "0b4f0e7a-5c0c-4b6e-9a55-0d6f4f1f3a10"}
    receiver.post(next_of(document, 2, told(name, known="account")))
    assert say(receiver, document, "take-back", mark=name) == 204
    assert on_page(receiver, document) == [False]


def test_a_mark_that_newer_ones_displaced_at_the_school_waits_for_nothing(
    receiver: Receiver,
) -> None:
    document = opened(receiver)
    put(receiver, document, seen_at="2026-03-09T14:04:00.000Z")
    ids = (f"0b4f0e7a-5c0c-4b6e-9a55-{number:012}" for number in range(MOST_MARKS_OF_RECEIVERS))
    receiver.post(next_of(document, 2, *(told({"id": each}) for each in ids)))
    assert on_page(receiver, document) == [False] * MOST_MARKS_OF_RECEIVERS


def test_the_newest_answers_are_on_the_page_however_many_there_are(tmp_path: Path) -> None:
    path, document = tmp_path / "police.db", report([alert()])
    keep(path, [document])
    of, store = (SenderName("lincoln"), IncidentId(document["incident"]["id"])), ReportStore(path)
    with store.transaction():
        for number in range(250):
            store.save_answer(*of, "message", "Hill", f"{number}", Wall(1.0), None, None)
    store.close()
    reader = StoreReader(path)
    (row,) = reader.rows()
    assert reader.details(row).answers[-1][3] == "249"
    reader.close()
