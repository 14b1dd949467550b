"""An export holds what a receiver got, byte for byte, with its receipt.  Real processes."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.core.formats.dc09.frame import frame
from tests.gateway.arc import ScriptedArc, ack
from tests.gateway.core import alert
from tests.gateway.dc09_school import centre
from tests.gateway.eido_school import agency, notifying
from tests.gateway.endpoint import Endpoint, Handler
from tests.gateway.evidence import exported, exported_with
from tests.gateway.school import School, Wall, running, school
from tests.gateway.test_cap_process import acknowledge, psap
from tests.waiting import patience, until


def press(found: School, *rooms: str) -> None:
    """Press in these rooms, one after the other, each until the lamp would go solid."""
    wall = Wall(found)
    for room in rooms:
        pressed = alert(room)
        wall.press(pressed)
        until(lambda pressed=pressed: "DELIVERED" in wall.stages(pressed), within=10)  # type: ignore[misc]
    wall.stop()


def test_a_webhooks_body_and_receipt_are_in_the_export_as_they_were(tmp_path: Path) -> None:
    with Endpoint() as police, school(tmp_path, police) as lincoln, running(lincoln):
        press(lincoln, "100", "101")
        found = exported_with(tmp_path, len(police.bodies))
        assert [document for document, _ in found.documents()] == police.bodies
        assert [json.loads(receipt)["receipt"] for _, receipt in found.documents()] == ["r-1"] * 2
    found.must_be_whole()
    assert found.lacking() == []
    for hop in found.rows("hops.csv"):
        times = [hop[f"{name}_at"] for name in ("received", "report_sent", "acknowledged")]
        assert times == sorted(times)
        assert hop["stored_at"] >= hop["received_at"]
        assert (hop["receipt"], hop["endpoint"]) == ("r-1", "county-911")
        assert 0 < float(hop["s_pressed_to_acknowledged"]) < 10


def test_a_cap_message_is_in_it_with_its_ack(tmp_path: Path) -> None:
    with psap(tmp_path, acknowledge, receipt="cap-ack") as lincoln, running(lincoln):
        press(lincoln, "100")
        found = exported_with(tmp_path, 1)
        ((document, receipt),) = found.documents()
        assert [document] == lincoln.endpoint.bodies
    assert b"<msgType>Ack<" in receipt
    assert any(name.endswith("document.xml") for name in found.zip.namelist())


def test_an_eido_is_in_it(tmp_path: Path) -> None:
    with agency(tmp_path) as lincoln, running(lincoln):
        press(lincoln, "100")
        assert [
            body for body, _ in exported_with(tmp_path, 1).documents()
        ] == lincoln.endpoint.bodies


def test_of_a_subscriber_it_holds_each_event_that_told_of_it_and_the_answer(tmp_path: Path) -> None:
    with notifying(tmp_path) as (lincoln, psap), running(lincoln), psap.subscribed() as line:

        def take() -> tuple[bytes, bytes]:
            event = line.recv(timeout=patience(10))
            name = json.loads(event)["event"]["transactionId"]
            said = json.dumps({"eventResponse": {"transactionId": name, "statusCode": 200}})
            line.send(said)
            return str(event).encode(), said.encode()

        take()
        wall, pressed = Wall(lincoln), alert("100")
        wall.press(pressed)
        taken = take()
        until(lambda: "DELIVERED" in wall.stages(pressed), within=10)
        wall.stop()
        found = exported_with(tmp_path, 1)
    assert found.documents() == [taken]
    assert found.lacking() == []


def test_of_a_centre_it_holds_each_frame_and_its_ack(tmp_path: Path) -> None:
    answers: list[bytes] = []

    def answer(server: ScriptedArc, body: bytes) -> bytes:
        said = ack(server, body)
        if b"|1122 " in body:
            answers.append(said)
        return said

    with ScriptedArc(answer) as arc, centre(tmp_path, arc.url) as lincoln, running(lincoln):
        press(lincoln, "100", "101")
        found = exported_with(tmp_path, 2)
        got = [frame(body) for body in arc.alarms()]
    assert found.documents() == list(zip(got, answers, strict=True))


def test_a_refusal_is_no_document_and_the_try_that_was_taken_is(tmp_path: Path) -> None:
    def second(handler: Handler, body: bytes) -> None:
        bodies = handler.server.bodies  # type: ignore[attr-defined]
        said = json.dumps({"receipt": len(bodies), "alerts": [json.loads(body)["alerts"][0]["id"]]})
        handler.answer(503 if len(bodies) == 1 else 200, said.encode())

    with Endpoint(second) as police, school(tmp_path, police) as lincoln, running(lincoln):
        press(lincoln, "100")
        ((document, receipt),) = exported_with(tmp_path, 1).documents()
        assert document == police.bodies[1]
        assert json.loads(receipt)["receipt"] == 2


def test_a_kill_between_receipt_and_commit_claims_nothing_and_loses_nothing_in_silence(
    tmp_path: Path,
) -> None:
    with Endpoint() as police, school(tmp_path, police) as lincoln:
        with running(lincoln) as gateway:
            press(lincoln, "100")
            exported_with(tmp_path, 1)
            with closing(sqlite3.connect(tmp_path / "evidence.db")) as holder:
                holder.execute("BEGIN IMMEDIATE")  # what comes now gets no commit
                press(lincoln, "101")
                assert len(exported(tmp_path).documents()) == 1
                gateway.kill()
                gateway.wait()
        with running(lincoln):
            press(lincoln, "102")
            found = exported_with(tmp_path, 2)
    assert [document for document, _ in found.documents()] == [police.bodies[0], police.bodies[-1]]
    lost = json.loads(police.bodies[1])["alerts"][-1]["id"]
    said = found.lacking()
    assert any(lost in words and "not on this gateway's disk" in words for words in said)
    assert any("started anew" in words for words in said)
    assert "What is lacking" in found.zip.read("README.txt").decode()
