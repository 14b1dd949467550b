"""What counts as delivered, and what does not."""

import pytest

from gateway.receipt import Receipt, Refusal, asked_to_wait, judge
from wire.ids import AlertId

NAMED = frozenset({AlertId("a"), AlertId("b")})
GOOD = b'{"receipt":"r-1","alerts":["a","b"]}'


def test_a_2xx_with_a_receipt_names_its_alerts() -> None:
    assert judge("echo", 202, GOOD) == Receipt("r-1", NAMED)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html>Please log in to Guest Wi-Fi</html>"),
        (200, b'{"receipt":"r-1"}'),
        (200, b'{"alerts":["a"]}'),
        (200, b'{"receipt":"r-1","alerts":7}'),
        (200, b"[" * 100_000),
        (204, b""),
        (302, GOOD),
        (401, GOOD),
        (503, GOOD),
    ],
)
def test_anything_else_is_a_refusal_with_the_reason_in_words(status: int, body: bytes) -> None:
    verdict = judge("echo", status, body)
    assert isinstance(verdict, Refusal)
    assert verdict.reason.isprintable()


def test_an_endpoint_that_is_not_ours_may_answer_by_status_alone() -> None:
    assert judge("status", 200, b"ok") == Receipt("", None)
    assert judge("status", 202, b"<ack/>") == Receipt("", None)
    assert isinstance(judge("status", 302, b""), Refusal)


@pytest.mark.parametrize("page", [b"<html>", b"\n <!DOCTYPE html><title>Guest Wi-Fi</title>"])
def test_a_web_page_is_no_receipt_under_any_policy(page: bytes) -> None:
    assert isinstance(judge("status", 200, page), Refusal)
    assert isinstance(judge("echo", 200, page), Refusal)


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
    assert asked_to_wait(header) == seconds
