"""What a receiver refuses, in which words, and that it lives on.  Real processes."""

import http.client
import json
from typing import Any

import pytest
import requests

from tests.police.school import Json, Receiver, alert, body_of, report, shown, signed
from tests.waiting import patience


def unknown(receiver: Receiver, document: Json) -> bool:
    return all(x["incident"] != document["incident"]["id"] for x in receiver.incidents())


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


def test_each_refusal_is_a_line_of_the_log_that_reads_alone(receiver: Receiver) -> None:
    receiver.post(report([alert()]), "refused.1", "whsec_" + "A" * 44)
    requests.get(f"{receiver.url}/reports/answers?after=0", timeout=patience(5))
    lines = (receiver.folder / "police.log").read_text().splitlines()
    fault = "(HTTP 401): webhook-signature: fits none of the senders this receiver knows"
    assert any(f"report refused.1 from 127.0.0.1 refused {fault}" in line for line in lines)
    fault = "(HTTP 401): webhook-signature: missing"
    assert any(f"question for answers from 127.0.0.1 refused {fault}" in line for line in lines)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"incident": {"id": "204"}}, "incident.id: missing, or not a UUID in small letters"),
        ({"site": {"id": "L"}}, "site.id: missing, or not 3 to 32 of a-z, 0-9 and -"),
        ({"alerts": [{"id": "x"}]}, "alerts: the id of one: missing, or not a UUID"),
        ({"alerts": ["x"]}, "alerts: one of them is not an object"),
        ({"version": "1"}, "version: not a whole number from 1"),
    ],
)
def test_what_is_wrong_in_a_report_is_told_by_its_field_and_without_a_pattern(
    receiver: Receiver, change: Json, words: str
) -> None:
    body = json.dumps({**report([alert()]), **change}).encode()
    assert receiver.post_bytes(body, signed(body, "wrong.1")).text.startswith(words)


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
    line = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=patience(5))
    line.putrequest("POST", "/reports")
    for name, value in headers.items():
        line.putheader(name, value)
    line.endheaders()
    assert line.getresponse().status == status
    line.close()
    assert receiver.post(report([alert()])).status_code == 200


def test_chunks_cannot_smuggle_more_than_the_length_says(receiver: Receiver) -> None:
    _, headers = body_of(report([alert()]))
    line = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=patience(5))
    line.putrequest("POST", "/reports")
    for name, value in (headers | {"Content-Length": "5", "Transfer-Encoding": "chunked"}).items():
        line.putheader(name, value)
    line.endheaders(b"10\r\n0123456789abcdef\r\n")
    assert line.getresponse().status in (400, 411)
    line.close()
