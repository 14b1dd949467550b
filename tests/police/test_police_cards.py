"""What a dispatcher sees of what two gateways, or one that lost its store, tell of one thing."""

import itertools
import json
import sqlite3
import uuid
from pathlib import Path
from typing import Any

import pytest

from police.receiver import SenderName, SignedReport
from police.report import read_report
from police.store import ReportStore
from tests.police.school import Json, Receiver, alert, receiving, report, shown
from wire.ids import Wall

CLOSED = {"at": "2026-03-09T14:06:00Z", "what": "close", "by": "Ms Hill", "sentence": "closed"}


def closed(document: Json, version: int) -> Json:
    incident = {**document["incident"], "status": "closed"}
    return {**document, "version": version, "incident": incident, "events": [CLOSED]}


def under(document: Json, incident: str, *more: Json, version: int = 1) -> Json:
    """The same alerts, and more, as another gateway tells of them under a name of its own."""
    return {
        **document,
        "version": version,
        "incident": {**document["incident"], "id": incident},
        "alerts": [*document["alerts"], *more],
    }


def cards_of(receiver: Receiver, *documents: Json) -> list[Json]:
    """What is shown of the alerts of `documents`."""
    alerts = {each["id"] for document in documents for each in document["alerts"]}
    return [each for each in receiver.incidents() if alerts & set(each["alerts"])]


def test_a_closing_under_a_lower_version_closes_what_is_shown(receiver: Receiver) -> None:
    active = report([alert()], version=5)
    receiver.post(active)
    receiver.post(closed(active, 3))
    now = shown(receiver, active)
    assert (now["status"], now["version"], now["events"][-1]["by"]) == ("closed", 5, "Ms Hill")


def test_a_gateway_that_did_not_hear_of_the_closing_does_not_open_it_again(
    receiver: Receiver,
) -> None:
    active = report([alert()], version=5)
    for document in (active, closed(active, 6), {**active, "version": 7}):
        receiver.post(document)
    assert shown(receiver, active)["status"] == "closed"


@pytest.mark.parametrize("version", [2, 9])
def test_a_press_that_nobody_saw_who_closed_keeps_the_incident_open(
    receiver: Receiver, version: int
) -> None:
    pressed = alert("204", presses=1)
    first = report([pressed], version=5)
    again = {**first, "version": version, "alerts": [{**pressed, "presses": 2}]}
    for document in (first, closed(first, 6), again):
        receiver.post(document)
    assert shown(receiver, first)["status"] == "active"


def test_two_incidents_that_share_an_alert_are_one_card(receiver: Receiver) -> None:
    first = report([alert("204")], version=5)
    second = under(first, str(uuid.uuid4()), alert("118"))
    receiver.post(first)
    receiver.post(second)
    (card,) = cards_of(receiver, first, second)
    assert card["incident"] == first["incident"]["id"]
    assert {room["room"] for room in card["rooms"]} == {"204", "118"}
    receiver.post(closed(second, 2))
    assert [each["status"] for each in cards_of(receiver, second)] == ["closed"]


def test_two_cards_become_one_when_an_alert_shows_that_they_are(receiver: Receiver) -> None:
    one, other = report([alert("204")]), report([alert("118")], version=4)
    for document in (one, other):
        receiver.post(document)
    assert len(cards_of(receiver, one, other)) == 2
    receiver.post(under(one, other["incident"]["id"], *other["alerts"], version=5))
    (card,) = cards_of(receiver, one, other)
    assert {room["room"] for room in card["rooms"]} == {"204", "118"}


def test_a_card_of_two_survives_a_restart_and_the_layout_before(tmp_path: Path) -> None:
    over = report([alert("204")])
    with receiving(tmp_path) as receiver:
        for document in (over, closed(over, 2)):
            receiver.post(document)
        receiver.end()
        with sqlite3.connect(tmp_path / "police.db") as db:  # as it was before there were cards
            db.execute("DROP INDEX incident_by_card")
            db.execute("ALTER TABLE incident DROP COLUMN card")
            db.execute("ALTER TABLE answer DROP COLUMN seen")
            db.execute("DROP INDEX answer_waiting")
            db.execute("ALTER TABLE answer DROP COLUMN mark_told")
            db.execute("ALTER TABLE answer DROP COLUMN mark")
            db.execute("ALTER TABLE alert DROP COLUMN closed")
            db.execute("DROP TABLE press")
            db.execute("DROP TABLE move")
            db.execute("PRAGMA user_version = 3")
        receiver.start()
        receiver.post({**over, "version": 3})
        assert shown(receiver, over)["status"] == "closed"


def test_in_whatever_order_reports_come_the_same_is_shown(tmp_path: Path) -> None:
    pressed, other = alert("204"), alert("118")
    first = report([pressed], version=5)
    documents = [
        first,
        closed(first, 3),
        {**first, "version": 7, "alerts": [{**pressed, "presses": 2, "each_press": [again(2, 5)]}]},
        {**first, "version": 6, "alerts": [{**pressed, "presses": 2, "each_press": [again(2, 4)]}]},
        under(first, str(uuid.uuid4()), other, version=4),
        closed(under({**first, "alerts": []}, str(uuid.uuid4()), other), 2),
    ]
    shown = {
        json.dumps(kept(tmp_path / f"{number}.db", order), sort_keys=True)
        for number, order in enumerate(itertools.permutations(documents))
    }
    assert len(shown) == 1


def again(press: int, second: int) -> Json:
    """A press as a report tells it by itself."""
    at = f"2026-03-09T14:05:0{second}.000Z"
    return {"press": press, "pressed_at": at, "received_at": at}


def kept(path: Path, documents: tuple[Json, ...]) -> Any:
    """Presses of each alert, when each was, and which cards are over, after all in this order."""
    store = ReportStore(path)
    for number, document in enumerate(documents):
        body = json.dumps(document).encode()
        signed = SignedReport(SenderName("lincoln"), str(number), body, Wall(float(number)))
        read = read_report(body)
        late = read.version < store.version(signed.sender, read.incident)
        with store.transaction():
            store.save(signed, signed.digest(), read, b"", late)
    store.close()
    with sqlite3.connect(path) as db:
        alerts = db.execute(
            "SELECT alert, json_extract(detail, '$.presses'), closed FROM alert ORDER BY alert"
        ).fetchall()
        dated = db.execute("SELECT * FROM press ORDER BY alert, press").fetchall()
        cards = db.execute(
            "SELECT json_extract(head, '$.status'), group_concat(incident)"
            " FROM (SELECT * FROM incident ORDER BY incident) GROUP BY sender, card ORDER BY 2"
        ).fetchall()
    return alerts, dated, cards
