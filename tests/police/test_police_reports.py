"""What a sender may rely on: receipts, repeats, order, and what is refused.  Real processes."""

import http.client
import json
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.police.school import (
    OTHER_SECRET,
    Json,
    Receiver,
    alert,
    jpeg,
    picture,
    receiving,
    report,
    signed,
)


def shown(receiver: Receiver, document: Json, sender: str = "lincoln") -> Json:
    key = (sender, document["incident"]["id"])
    return next(x for x in receiver.incidents() if (x["sender"], x["incident"]) == key)


def body_of(document: Json) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(document).encode()
    return body, signed(body, str(uuid.uuid4()))


def unknown(receiver: Receiver, document: Json) -> bool:
    return all(x["incident"] != document["incident"]["id"] for x in receiver.incidents())


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
    assert {room["room"]: room["presses"] for room in now["rooms"]} == {"204": 5, "118": 1}


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
        ({"webhook-signature": ""}, "unsigned"),
        ({"webhook-signature": "v1,AAAA"}, "fits none"),
        ({"webhook-signature": "rubbish, rubbish é,,"}, "fits none"),
        ({"webhook-id": "another"}, "fits none"),
        ({"webhook-id": ""}, "webhook-id"),
        ({"webhook-timestamp": "soon"}, "webhook-timestamp"),
    ],
)
def test_what_is_not_signed_is_refused_with_the_reason(
    receiver: Receiver, change: dict[str, str], reason: str
) -> None:
    document = report([alert()])
    body, headers = body_of(document)
    raw = {key: value.encode("utf-8").decode("latin-1") for key, value in change.items()}
    answer = receiver.post_bytes(body, headers | raw)
    assert answer.status_code == 401
    assert reason in answer.text
    assert unknown(receiver, document)


def test_a_body_changed_on_the_way_is_refused(receiver: Receiver) -> None:
    document = report([alert()])
    body, headers = body_of(document)
    assert receiver.post_bytes(body.replace(b"Room 204", b"Room 118"), headers).status_code == 401
    assert unknown(receiver, document)


@pytest.mark.parametrize("seconds_ago", [400, -400])
def test_a_recording_from_another_time_is_refused(receiver: Receiver, seconds_ago: int) -> None:
    document = report([alert()])
    body = json.dumps(document).encode()
    answer = receiver.post_bytes(body, signed(body, "x.1", seconds_ago=seconds_ago))
    assert answer.status_code == 401
    assert "this receiver's clock" in answer.text
    assert unknown(receiver, document)


RUBBISH: list[tuple[Any, int]] = [
    (b"not json", 400),
    (b'{"type":"incident.report","version":NaN}', 400),
    (b"[" * 100_000, 400),
    (b'{"a":' * 50_000, 400),
    (b"1" * 10_000, 400),
    (b"[]", 422),
    (b"{}", 422),
    ({"type": "something.else"}, 422),
    ({"version": 0}, 422),
    ({"version": True}, 422),
    ({"version": 2**60}, 422),
    ({"alerts": []}, 422),
    ({"alerts": [{"id": "../../etc"}]}, 422),
    ({"alerts": {}}, 422),
    ({"site": None}, 422),
    ({"incident": {"id": "x"}}, 422),
]


@pytest.mark.parametrize(("rubbish", "status"), RUBBISH)
def test_signed_rubbish_is_refused_and_the_next_report_is_taken(
    receiver: Receiver, rubbish: Any, status: int
) -> None:
    fields = {**report([alert()]), **rubbish} if isinstance(rubbish, dict) else None
    body = json.dumps(fields).encode() if fields else rubbish
    assert receiver.post_bytes(body, signed(body, "rubbish.1")).status_code == status
    assert receiver.post(report([alert()])).status_code == 200


def test_odd_values_where_only_words_are_shown_cost_no_alert(receiver: Receiver) -> None:
    odd = alert(verified="yes", doubts=7, presses=-1, pressed_at="soon", kind=None, room="\ud800")
    document = report(
        [odd], mode="\ud83d", live_url="javascript:alert(1)", silent_cameras=[3], events="none",
        pictures=[None, {"camera": "hall-2"}],
    )  # fmt: skip
    document["site"] |= {"geo": {"lat": 1e999, "lon": []}, "address": [], "phone": {}}
    body = json.dumps(document).replace("Infinity", "1e999").encode()
    assert receiver.post_bytes(body, signed(body, "odd.1")).status_code == 200
    now = shown(receiver, document)
    assert (now["verified"], now["live_url"], now["site"]["geo"]) == (False, None, None)
    assert now["rooms"][0]["doubts"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Content-Length": "9000000"}, 413), ({"Transfer-Encoding": "chunked"}, 411)],
)
def test_what_is_too_long_or_of_no_length_is_refused_before_it_is_read(
    receiver: Receiver, headers: dict[str, str], status: int
) -> None:
    line = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=5)
    line.putrequest("POST", "/reports")
    for name, value in headers.items():
        line.putheader(name, value)
    line.endheaders()
    assert line.getresponse().status == status
    line.close()
    assert receiver.post(report([alert()])).status_code == 200


def test_chunks_cannot_smuggle_more_than_the_length_says(receiver: Receiver) -> None:
    _, headers = body_of(report([alert()]))
    line = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=5)
    line.putrequest("POST", "/reports")
    for name, value in (headers | {"Content-Length": "5", "Transfer-Encoding": "chunked"}).items():
        line.putheader(name, value)
    line.endheaders(b"10\r\n0123456789abcdef\r\n")
    assert line.getresponse().status in (400, 411)
    line.close()


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


def test_a_receipt_is_given_at_once(receiver: Receiver) -> None:
    def took() -> float:
        began = time.perf_counter()
        assert receiver.post(report([alert()])).status_code == 200
        return time.perf_counter() - began

    assert sorted(took() for _ in range(21))[10] < 0.03  # an ACK that is waited for costs 0.04


def test_a_second_receiver_on_one_address_says_so_and_ends(receiver: Receiver) -> None:
    code, words = receiver.run("serve")
    assert code == 1
    assert "cannot be listened on" in words
