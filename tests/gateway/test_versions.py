"""The newest truth has the highest number: whatever clocks, disks and other gateways did."""

import json

import pytest

from gateway.core.effects import SendReport
from gateway.core.events import ResponseReceived
from gateway.core.incidents.version import believed, next_version, resumed_version
from tests.gateway.core import EPOCH, Core, alert, at, told
from wire.ids import Wall
from wire.report import HIGHEST_VERSION
from wire.stage import Stage

NOW = Wall(EPOCH)


def answer(core: Core, launch: SendReport, held: object, seconds: float) -> list[Stage]:
    """The endpoint names all alerts of a report, and says which version it holds."""
    named = [each["id"] for each in json.loads(launch.body)["alerts"]]
    body = json.dumps({"receipt": "r", "alerts": named, "version": held}).encode()
    return told(core.dispatcher.handle(ResponseReceived(launch.flight, 200, body), at(seconds)))


def pressed() -> tuple[Core, SendReport]:
    core = Core()
    core.keep(core.hear(alert(), at(0)), at(0.01))
    (launch,) = core.launches(at(0.01))
    return core, launch


@pytest.mark.parametrize("jump", [0.0, -EPOCH, -3e8, -1.0, 86400.0, 3e8])
def test_no_version_is_below_the_one_before_it_however_the_clock_jumps(jump: float) -> None:
    first = next_version(0, NOW)
    assert first < next_version(first, Wall(EPOCH + jump)) <= HIGHEST_VERSION


def test_a_gateway_that_lost_its_store_or_takes_over_counts_on_above_the_first_one() -> None:
    told_by_the_first = next_version(next_version(0, NOW), NOW)
    assert next_version(0, Wall(EPOCH + 0.1)) > told_by_the_first


@pytest.mark.parametrize("clock", [0.0, EPOCH, EPOCH + 3600.0])
def test_a_hundred_thousand_versions_that_no_disk_took_are_below_those_after_a_start(
    clock: float,
) -> None:
    committed = next_version(0, NOW)
    lost = committed + 100_000 if clock <= EPOCH else next_version(committed, Wall(clock - 60))
    assert next_version(resumed_version(committed, Wall(clock)), Wall(clock)) > lost


def test_a_receipt_for_a_version_below_the_one_that_is_shown_is_none() -> None:
    core, launch = pressed()
    assert answer(core, launch, launch.flight.version + 5, 0.1) == []
    (again,) = core.launches(at(0.3))
    assert again.flight.version > launch.flight.version + 5
    assert answer(core, again, again.flight.version, 0.4) == [Stage.DELIVERED]


@pytest.mark.parametrize("held", [None, 0, -4, True, "9", 2**53, 2**60, 1.5])
def test_a_receiver_that_does_not_say_what_it_holds_or_says_rubbish_is_believed_the_rest(
    held: object,
) -> None:
    core, launch = pressed()
    assert answer(core, launch, held, 0.1) == [Stage.DELIVERED]


def test_no_claim_of_a_receiver_uses_up_the_numbers() -> None:
    assert believed(HIGHEST_VERSION) == 0
    highest = next(2**n for n in range(53, 0, -1) if believed(2**n - 1))
    assert next_version(highest, NOW) + 2**50 < HIGHEST_VERSION


def test_a_report_that_a_later_one_of_ours_overtook_is_no_failure_of_its_receiver() -> None:
    core, first = pressed()
    core.hear(alert("205"), at(0.2))
    (second,) = core.launches(at(0.6))
    assert answer(core, second, second.flight.version, 0.7)[:1] == [Stage.DELIVERED]
    assert answer(core, first, second.flight.version, 0.8) == []
    assert core.launches(at(5)) == []
    assert core.outbox.owing() == set()


def test_a_receiver_that_always_holds_more_is_tried_on_and_is_a_trouble() -> None:
    core, launch = pressed()
    seconds = 0.1
    for _ in range(4):
        answer(core, launch, launch.flight.version + 1, seconds)
        seconds += 5.0
        (launch,) = core.launches(at(seconds))
    core.tick(at(seconds))
    assert any(name.startswith("endpoint-") for name in core.troubles.names)
