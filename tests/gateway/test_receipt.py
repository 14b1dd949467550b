"""What counts as delivered, and what does not: a receipt is positive."""

from uuid import UUID

import pytest

from gateway.core.events import ResponseReceived
from gateway.core.formats.capack import judge_ack
from gateway.core.formats.receipt import Judge, Receipt, Refusal, asked_to_wait, judge_status
from gateway.core.formats.report_receipt import judge_receipt
from gateway.core.values import ChannelId, ReportId
from tests.gateway.core import Core, alert, at
from wire.ids import AlertId, IncidentId

NAMED = frozenset({AlertId("a"), AlertId("b")})
GOOD = b'{"receipt":"r-1","alerts":["a","b"]}'
FLIGHT = ReportId(ChannelId("county-911"), IncidentId("i"), 3)
AT = b"2026-01-01T00:00:00-00:00"
ACK = b"<alert><msgType>Ack</msgType><references>psap,%s," + AT + b"</references></alert>"
PAGES = {
    "html": b"<html>",
    "a doctype": b"\n <!DOCTYPE html><title>Guest Wi-Fi</title>",
    "a mark of UTF-8": b"\xef\xbb\xbf<!doctype HTML>",
    "a comment first": b"<!-- portal --> <html lang='en'>",
    "XHTML": b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">',
    "no head": b"<title>Guest Wi-Fi</title>",
    "no frame at all": b"Please <a href='/login'>log in</a>",
    "a script": b"\n<SCRIPT>location='/login'</SCRIPT>",
    "far below": b" " * 5000 + b"<body onload=go()>",
    "two bytes a letter": "<html>".encode("utf-16"),
}


def response(status: int, body: bytes = b"", **headers: str) -> ResponseReceived:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ResponseReceived(FLIGHT, status, body, named)


def test_a_2xx_with_a_receipt_names_its_alerts() -> None:
    for status in (200, 201, 202, 203, 226):
        assert judge_receipt(response(status, GOOD)) == Receipt("r-1", NAMED)
    assert judge_receipt(response(200, GOOD, content_type="text/html")) == Receipt("r-1", NAMED)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html>Please log in to Guest Wi-Fi</html>"),
        (200, b'{"receipt":"r-1"}'),
        (200, b'{"alerts":["a"]}'),
        (200, b'{"receipt":"","alerts":["a"]}'),
        (200, b'{"receipt":null,"alerts":["a"]}'),
        (200, b'{"receipt":"r-1","alerts":7}'),
        (200, b'{"receipt":"r-1","alerts":"a"}'),
        (200, b'{"receipt":"r-1","alerts":{"a":true}}'),
        (200, b'["receipt","alerts"]'),
        (200, b'"receipt"'),
        (200, b"[" * 100_000),
        (204, b""),
        (302, GOOD),
        (401, GOOD),
        (503, GOOD),
    ],
)
def test_anything_else_is_a_refusal_with_the_reason_in_words(status: int, body: bytes) -> None:
    verdict = judge_receipt(response(status, body))
    assert isinstance(verdict, Refusal)
    assert verdict.reason.isprintable()


@pytest.mark.parametrize("form", ["{0}", "{{{0}}}", "urn:uuid:{0}", "{0.hex}"])
@pytest.mark.parametrize("letters", [str.upper, str.lower])
def test_ids_are_compared_as_uuids(form: str, letters: object) -> None:
    assert callable(letters)
    name = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
    body = f'{{"receipt":1,"alerts":["{letters(form.format(name))}"]}}'
    assert judge_receipt(response(200, body.encode())) == Receipt("1", {AlertId(str(name))})


@pytest.mark.parametrize(
    "said",
    [
        response(200, b"ok"),
        response(200),
        response(200, content_type="text/html"),
        response(202, b"<ack/>"),
        response(200, b"ok", content_type="text/plain; charset=utf-8"),
        response(200, b"ok", content_type="application/octet-stream"),
        response(201, b'{"a": "<b>"}', content_type="application/json"),
        response(200, b'{"a": 1}', content_type="application/problem+json"),
        response(200, b"<Envelope><Body><p>ok</p></Body></Envelope>", content_type="text/xml"),
        response(200, b"<ok/>", content_type="application/soap+xml"),
        response(204),
    ],
)
def test_an_endpoint_that_is_not_ours_may_answer_by_status_alone(said: ResponseReceived) -> None:
    assert judge_status(said) == Receipt("", None)


@pytest.mark.parametrize("status", [203, 205, 206, 207, 208, 226, 301, 302, 303, 307, 308])
def test_a_status_that_says_less_than_yes_is_no_receipt(status: int) -> None:
    assert isinstance(judge_status(response(status, b"ok")), Refusal)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("judge", [judge_status, judge_receipt, judge_ack])
def test_a_web_page_is_no_receipt_in_any_format(judge: Judge, name: str) -> None:
    assert isinstance(judge(response(200, PAGES[name])), Refusal)
    assert isinstance(judge(response(200, PAGES[name], content_type="text/plain")), Refusal)


@pytest.mark.parametrize(
    "said",
    [
        response(200, b"ok", content_type="text/html"),
        response(200, b"ok", content_type="Application/XHTML+xml"),
        response(200, b"ok", content_type="image/png"),
        response(200, b"<!doctype html>", content_type="application/xml"),
        response(200, b"<p>log in</p>", content_type="application/json"),
        response(200, b"", refresh="0; url=/login"),
    ],
)
def test_what_calls_itself_a_page_or_leads_to_one_is_no_receipt(said: ResponseReceived) -> None:
    assert "web page" in str(judge_status(said))


@pytest.mark.parametrize(
    ("name", "counts"), [(b"i.3", True), (b"I.3", True), (b"i.2", False), (b"i.33", False)]
)
def test_a_cap_ack_counts_if_it_refers_to_what_was_sent(name: bytes, counts: bool) -> None:
    assert isinstance(judge_ack(response(200, ACK % name)), Receipt) == counts


def test_a_receiver_that_is_never_believed_is_a_trouble_that_says_why() -> None:
    core = Core()
    core.hear(alert(), at(0))
    for seconds in (0.0, 0.5, 2.0):
        for launch in core.launches(at(seconds)):
            other = ResponseReceived(launch.flight, 200, b'{"receipt":"r","alerts":["x"]}')
            core.dispatcher.handle(other, at(seconds + 0.01))
    core.tick(at(2.1))
    (trouble,) = (each for each in core.troubles.standing if each.name == "endpoint-county-911")
    assert "does not name the alerts" in trouble.detail


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("3", 3),
        ("3600", 4.8),
        ("-1", 0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 0),
        ("nan", 0),
    ],
)
def test_retry_after_is_honoured_for_less_than_5_s(header: str | None, seconds: float) -> None:
    assert asked_to_wait({"retry-after": header} if header else {}) == seconds
