"""What a receiver says of the time is read strictly, tried, and forgotten when it does not help."""

import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest

from gateway.receivers.http.peer_clock import PeerClock, read_date
from wire.ids import Wall

NOW = Wall(1_800_000_000.0)
HOUR, YEAR = 3600.0, 365 * 86_400.0


@pytest.fixture(params=["UTC", "America/Chicago", "Asia/Kolkata"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine is set to some zone."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


def refused(clock: PeerClock, ahead: float | None) -> float:
    """It refuses and says that it is so much later; return how far ahead we then sign."""
    headers = {} if ahead is None else {"date": formatdate(NOW + ahead, usegmt=True)}
    clock.heard(401, headers, NOW)
    return clock.now(NOW) - NOW


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Sun, 06 Nov 2022 08:49:37 GMT", 1_667_724_577),
        ("Sun Nov  6 08:49:37 2022", 1_667_724_577),
        ("Sun Nov 16 08:49:37 2022", 1_668_588_577),
        ("Sun, 06 Nov 2022 08:49:37 -0000", None),
        ("Sun, 06 Nov 2022 08:49:37 +0500", None),
        ("Sun, 06 Nov 2022 08:49:37", None),
        ("Sunday, 06-Nov-22 08:49:37 GMT", None),
        ("2022-11-06T08:49:37Z", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Sun, 31 Feb 2022 08:49:37 GMT", None),
        ("Sun, 06 Nov 2022 25:49:37 GMT", None),
        ("Sun, 06 Nov 2022 08:49:60 GMT", None),
        ("Sun, 06 Nov 2022 08:49:37 GMT, Sun, 06 Nov 2022 08:49:38 GMT", None),
        ("Sun, 06 Foo 2022 08:49:37 GMT", None),
        ("Sun, ٠٦ Nov ٢٠٢٢ 08:49:37 GMT", None),
        ("1667724577", None),
        ("", None),
    ],
)
def test_a_date_is_read_strictly_and_in_no_zone_of_this_machine(
    zone: None, text: str, at: int | None
) -> None:
    assert read_date(text) == (None if at is None else Wall(at))


def test_a_clock_some_hours_off_is_believed_at_once_and_for_as_long_as_it_helps() -> None:
    clock = PeerClock()
    assert refused(clock, HOUR) == HOUR
    for _ in range(100):
        clock.heard(200, {"date": formatdate(NOW + 2 * HOUR, usegmt=True)}, NOW)
    assert clock.now(NOW) == NOW + HOUR


def test_a_clock_years_off_is_believed_when_it_is_said_twice() -> None:
    clock = PeerClock()
    assert refused(clock, 5 * YEAR) == 0
    assert refused(clock, 5 * YEAR) == 5 * YEAR


def test_years_that_change_with_each_answer_are_never_believed() -> None:
    clock = PeerClock()
    assert [refused(clock, years * YEAR) for years in (5, 6, 7, 8)] == [0, 0, 0, 0]


def test_what_does_not_help_is_forgotten_after_two_tries_and_tried_again_later() -> None:
    clock = PeerClock()
    times = [refused(clock, HOUR) for _ in range(12)]
    assert times == [HOUR, HOUR, 0, 0, 0, 0] * 2


def test_a_refusal_without_a_good_date_brings_our_own_clock_back() -> None:
    clock = PeerClock()
    refused(clock, HOUR)
    assert refused(clock, None) == 0


def test_only_a_refusal_of_us_says_what_our_clock_does_wrong() -> None:
    clock = PeerClock()
    for status in (200, 302, 500, 503):
        clock.heard(status, {"date": formatdate(NOW + HOUR, usegmt=True)}, NOW)
    assert clock.now(NOW) == NOW
