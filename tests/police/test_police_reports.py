"""What a sender may rely on: receipts, repeats, order, and what is refused.  Real processes."""

import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.police.school import (
    OTHER_SECRET,
    Json,
    Receiver,
    alert,
    body_of,
    jpeg,
    picture,
    receiving,
    report,
    shown,
)


def test_a_signed_report_gets_a_receipt_that_names_its_alerts(receiver: Receiver) -> None:
    document = report([alert("204"), alert("206")])
    answer = receiver.post(document)
    assert answer.status_code == 200
    assert answer.json()["alerts"] == [each["id"] for each in document["alerts"]]
    assert uuid.UUID(answer.json()["receipt"])


def test_what_has_a_receipt_survives_a_kill_in_mid_stride(tmp_path: Path) -> None:
    document = report([alert()], pictures=[picture(jpeg())])
    with receiving(tmp_path) as receiver:
        receipt = receiver.post(document).content
        assert receiver.end(signal.SIGKILL) == -signal.SIGKILL
        receiver.start()
        assert shown(receiver, document)["alerts"] == [document["alerts"][0]["id"]]
        assert receiver.post(document).content == receipt
        assert receiver.session.get(receiver.url + shown(receiver, document)["pictures"][0]["url"])
        assert receiver.end() == 0


def test_a_repeat_gets_the_very_same_receipt_and_counts_once(receiver: Receiver) -> None:
    document = report([alert()])
    receipts = {receiver.post(document).content for _ in range(3)}
    assert len(receipts) == 1
    assert len(shown(receiver, document)["alerts"]) == 1


def test_repeats_at_the_same_moment_get_one_receipt(receiver: Receiver) -> None:
    body, headers = body_of(report([alert()]))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: receiver.post_bytes(body, headers).content, range(16)))
    assert len(set(answers)) == 1


def test_a_used_webhook_id_with_other_alerts_leaves_none_without_a_receipt(
    receiver: Receiver,
) -> None:
    before, after = report([alert("204")]), report([alert("204"), alert("118")])
    after["incident"]["id"] = before["incident"]["id"]
    receiver.post(before, "gateway-lost-its-disk.1")
    answer = receiver.post(after, "gateway-lost-its-disk.1").json()
    assert answer["alerts"] == [each["id"] for each in after["alerts"]]
    assert {room["room"] for room in shown(receiver, after)["rooms"]} == {"204", "118"}


def test_an_older_version_that_comes_late_changes_nothing_but_is_answered(
    receiver: Receiver,
) -> None:
    early, late = alert("204", presses=1), alert("118")
    newer = report([{**early, "presses": 5}], version=3)
    older = report([early, late], version=2, incident=newer["incident"]["id"], mode="drill")
    receiver.post(newer)
    assert receiver.post(older).json()["alerts"] == [early["id"], late["id"]]
    now = shown(receiver, newer)
    assert (now["version"], now["late"], now["mode"]) == (3, 1, "live")
    assert receiver.post(older).json()["version"] == 3
    assert {room["room"]: room["presses"] for room in now["rooms"]} == {"204": 5, "118": 1}


def said(by: str, second: int) -> dict[str, str]:
    at = f"2026-03-09T14:05:{second:02}Z"
    return {"at": at, "what": "message", "by": by, "text": f"from {by}", "sentence": "wrote"}


def test_no_version_takes_back_presses_or_what_a_person_said(receiver: Receiver) -> None:
    pressed = alert("204", presses=1)
    newer = report([pressed], version=3, events=[said("Ms Ito", 2)])
    other = {"incident": newer["incident"]["id"], "events": [said("Mr Hill", 1)]}
    late = report([{**pressed, "presses": 4}], version=2, **other)
    newest = report([{**pressed, "presses": 2}], version=4, **{**other, "events": []})
    for document in (newer, late, newest):
        receiver.post(document)
    now = shown(receiver, newer)
    assert now["version"] == 4
    assert now["rooms"][0]["presses"] == 4
    assert [each["by"] for each in now["events"]] == ["Mr Hill", "Ms Ito"]


def test_an_alert_is_counted_once_through_all_versions(receiver: Receiver) -> None:
    pressed = alert()
    incident = str(uuid.uuid4())
    for version in (1, 2, 3):
        document = report([{**pressed, "presses": version}], version, incident=incident)
        receiver.post(document)
    assert shown(receiver, document)["alerts"] == [pressed["id"]]
    assert shown(receiver, document)["rooms"][0]["presses"] == 3


def test_the_newest_report_can_be_had_as_it_came(receiver: Receiver) -> None:
    document = report([alert()], version=2)
    receiver.post(document)
    url = f"{receiver.url}/incidents/{document['incident']['id']}"
    assert receiver.session.get(url).json() == document


def test_one_school_cannot_touch_the_incident_of_another(receiver: Receiver) -> None:
    ours = report([alert("204")])
    theirs = report([alert("999")], version=9, incident=ours["incident"]["id"])
    receiver.post(ours)
    assert receiver.post(theirs, secret=OTHER_SECRET).status_code == 200
    assert [room["room"] for room in shown(receiver, ours)["rooms"]] == ["204"]
    assert [room["room"] for room in shown(receiver, theirs, "other-school")["rooms"]] == ["999"]


def test_a_report_to_a_schools_own_address_must_bear_that_schools_signature(
    receiver: Receiver,
) -> None:
    body, headers = body_of(report([alert()]))
    for school, status in (("lincoln", 200), ("other-school", 401), ("nobody", 401)):
        answer = receiver.session.post(f"{receiver.url}/reports/{school}", body, headers=headers)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sha256": "0" * 64}, "not the one its sha256 speaks of"),
        ({"sha256": None}, "no sha256"),
        ({"jpeg": "PGh0bWw+"}, "not a JPEG"),
        ({"jpeg": "*"}, "not base64"),
        ({"jpeg": "A" * 1_400_000}, "larger"),
        ({"camera": "../x"}, "does not name its camera"),
        ({"taken_at": None}, "when it was taken"),
    ],
)
def test_a_damaged_picture_is_dropped_and_said_and_costs_no_alert(
    receiver: Receiver, change: Json, reason: str
) -> None:
    good, bad = picture(jpeg("good"), "yard-1"), picture(jpeg("bad")) | change
    document = report([alert()], pictures=[bad, good])
    answer = receiver.post(document).json()
    assert answer["alerts"] == [document["alerts"][0]["id"]]
    assert reason in answer["pictures_dropped"][0]
    now = shown(receiver, document)
    assert [each["camera"] for each in now["pictures"]] == ["yard-1"]
    assert reason in now["pictures_dropped"][0]


def test_2000_alerts_are_taken_and_shown(receiver: Receiver) -> None:
    document = report([alert(str(number)) for number in range(2000)])
    answer = receiver.post(document)
    assert len(answer.json()["alerts"]) == 2000
    assert len(shown(receiver, document)["rooms"]) == 2000


@pytest.mark.alone
def test_a_receipt_is_given_at_once(receiver: Receiver) -> None:
    def took() -> float:
        began = time.perf_counter()
        assert receiver.post(report([alert()])).status_code == 200
        return time.perf_counter() - began

    assert min(took() for _ in range(21)) < 0.03  # an ACK that is waited for costs 0.04


def test_a_receiver_says_at_its_start_where_it_is_found(receiver: Receiver) -> None:
    log = (receiver.folder / "police.log").read_text()
    assert f"takes reports at {receiver.url}/reports and shows them at {receiver.url}/" in log


def test_a_second_receiver_on_one_address_says_so_and_ends(receiver: Receiver) -> None:
    code, words = receiver.run("serve")
    assert code == 1
    assert "cannot be listened on" in words


@pytest.mark.parametrize("modes", [("live", "test"), ("test", "live"), ("drill", "exercise")])
def test_what_was_an_emergency_in_any_version_is_one(
    receiver: Receiver, modes: tuple[str, str]
) -> None:
    first = report([alert("204")], version=1, mode=modes[0])
    second = report(first["alerts"], version=2, incident=first["incident"]["id"], mode=modes[1])
    receiver.post(first)
    receiver.post(second)
    assert shown(receiver, first)["mode"] == "live"
