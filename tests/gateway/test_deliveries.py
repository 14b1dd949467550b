"""What the gateway owes to its endpoints, and whom it tells when they fail: the core alone."""

import json
from typing import Any

from gateway.core.delivery.channel import Channel
from gateway.core.dispatcher import BROKER
from gateway.core.effects import (
    Announce,
    Effect,
    SaveReceipt,
    SaveTrouble,
)
from gateway.core.events import SendFailed, StoreFailed
from gateway.core.formats.report import ReportWriter
from gateway.core.formats.report_receipt import judge_receipt
from gateway.core.values import ChannelId
from service.events import LinkUp
from tests.gateway.core import POLICE, SITE, WRITER, Core, alert, at, told
from wire.gateway_troubles import DATABASE_REPLACED
from wire.ids import EndpointName
from wire.stage import Stage
from wire.trouble import TroubleName


def troubles(work: list[Effect]) -> list[str]:
    return [each.name for each in work if isinstance(each, SaveTrouble) and each.ended is None]


def test_sent_is_told_only_for_a_receipt_that_names_the_alert() -> None:
    core = Core()
    core.keep(core.hear(alert(), at(0)), at(0.01))
    (launch,) = core.launches(at(0.02))
    assert told(core.receipt(launch, at(0.03), alerts=["somebody else's"])) == []
    (again,) = core.launches(at(0.5))
    assert told(core.receipt(again, at(0.6))) == [Stage.DELIVERED]


def test_a_receipt_that_outruns_the_disk_is_told_after_received() -> None:
    core = Core()
    work = core.hear(alert(), at(0))
    (launch,) = core.launches(at(0))
    assert told(core.receipt(launch, at(0.001))) == []
    assert told(core.keep(work, at(0.01))) == [Stage.RECEIVED, Stage.DELIVERED]


def test_a_dead_disk_stops_neither_the_report_nor_sent() -> None:
    core = Core()
    core.hear(alert(), at(0))
    (launch,) = core.launches(at(0))
    core.dispatcher.handle(StoreFailed("disk full"), at(0.1))
    assert told(core.receipt(launch, at(0.2))) == [Stage.DELIVERED]


def test_while_the_disk_is_dead_a_unit_that_missed_sent_hears_it_when_it_repeats() -> None:
    core, message = Core(), alert()
    core.hear(message, at(0))
    (launch,) = core.launches(at(0))
    core.dispatcher.handle(StoreFailed("disk full"), at(0.1))
    assert told(core.hear(message, at(0.2))) == []
    core.receipt(launch, at(0.3))
    assert told(core.hear(message, at(5))) == [Stage.DELIVERED]


def test_a_disk_that_dies_after_the_receipt_lets_the_unit_hear_sent() -> None:
    core = Core()
    core.hear(alert(), at(0))
    (launch,) = core.launches(at(0))
    core.receipt(launch, at(0.1))
    assert told(core.dispatcher.handle(StoreFailed("disk full"), at(0.2))) == [Stage.DELIVERED]


def test_a_further_press_is_reported_and_needs_a_receipt_of_its_own() -> None:
    core = Core()
    first = alert()
    core.keep(core.hear(first, at(0)), at(0))
    core.receipt(core.launches(at(0))[0], at(0.1))
    core.keep(core.hear(alert(name=first.alert, presses=2), at(5)), at(5))
    (launch,) = core.launches(at(5))
    assert json.loads(launch.body)["alerts"][0]["presses"] == 2
    assert told(core.receipt(launch, at(5.1))) == [Stage.DELIVERED]


def test_a_hanging_endpoint_never_delays_another() -> None:
    core = Core(endpoints=(EndpointName("slow"), EndpointName("quick")))
    slow, quick = ChannelId("slow"), ChannelId("quick")
    core.hear(alert("204"), at(0))
    flights = {launch.flight.channel: launch for launch in core.launches(at(0))}
    core.receipt(flights[quick], at(0.01))
    core.hear(alert("205"), at(0.1))
    assert [launch.flight.channel for launch in core.launches(at(0.2))] == [quick]
    assert [launch.flight.channel for launch in core.launches(at(0.6))] == [slow]


def test_an_alert_that_nobody_took_in_15_s_is_told_to_people_until_somebody_does() -> None:
    core = Core()
    core.keep(core.hear(alert(), at(0)), at(0))
    (launch,) = core.launches(at(0))
    core.dispatcher.handle(SendFailed(launch.flight, "no answer"), at(4))
    assert troubles(core.tick(at(14.9))) == []
    assert "not-delivered" in troubles(core.tick(at(15)))
    (again,) = core.launches(at(15))
    core.receipt(again, at(15.1))
    ended = [w for w in core.tick(at(16)) if isinstance(w, SaveTrouble) and w.ended]
    assert "not-delivered" in [trouble.name for trouble in ended]


def test_a_further_press_has_15_s_of_its_own() -> None:
    core = Core()
    first = alert()
    core.keep(core.hear(first, at(0)), at(0))
    core.receipt(core.launches(at(0))[0], at(0.1))
    core.hear(alert(name=first.alert, presses=2), at(60))
    assert "not-delivered" not in troubles(core.tick(at(74.9)))
    assert "not-delivered" in troubles(core.tick(at(75)))


def test_an_endpoint_that_fails_twice_is_a_trouble_with_the_reason() -> None:
    core = Core()
    core.hear(alert(), at(0))
    (one,) = core.launches(at(0))
    core.dispatcher.handle(SendFailed(one.flight, "refused"), at(0.1))
    assert f"endpoint-{POLICE}" not in troubles(core.tick(at(0.1)))
    (two,) = core.launches(at(0.3))
    core.dispatcher.handle(SendFailed(two.flight, "refused"), at(0.4))
    assert f"endpoint-{POLICE}" in troubles(core.tick(at(0.4)))


def test_a_receipt_that_comes_as_its_time_is_up_makes_no_second_failure_of_it() -> None:
    core = Core()
    core.hear(alert(), at(0))
    (launch,) = core.launches(at(0))
    core.dispatcher.reports(at(4))
    core.receipt(launch, at(4))
    core.dispatcher.handle(SendFailed(launch.flight, "no answer within 4 s"), at(4))
    assert f"endpoint-{POLICE}" not in troubles(core.tick(at(4)))


def test_a_receipt_is_booked_for_the_disk_with_its_number() -> None:
    core = Core()
    first = alert()
    core.hear(first, at(0))
    work = core.receipt(core.launches(at(0))[0], at(0.1))
    (booked,) = [each for each in work if isinstance(each, SaveReceipt)]
    assert (booked.number, booked.alerts) == ("r-1", ((first.alert, 1),))


class Faulty(ReportWriter):
    """A form with a fault of ours in it, as long as `fails`."""

    fails = True

    def write(self, *given: Any) -> str:
        if self.fails:
            raise OverflowError("a number that nobody thought of")
        return super().write(*given)


def test_a_report_that_cannot_be_written_stops_no_other_and_is_a_trouble_while_it_lasts() -> None:
    faulty = Faulty({"id": SITE, "name": "Lincoln"})
    channels = {
        ChannelId("cap"): Channel(EndpointName("cap"), judge_receipt, faulty),
        ChannelId(POLICE): Channel(POLICE, judge_receipt, WRITER),
    }
    core = Core(channels=channels)
    core.hear(alert(), at(0))
    assert [str(each.flight.channel) for each in core.launches(at(0))] == [POLICE]
    assert core.launches(at(0.1)) == []
    assert "report-unwritten-cap" in troubles(core.tick(at(1)))
    faulty.fails = False
    assert [each.flight.channel for each in core.launches(at(10))] == ["cap"]
    ended = [w for w in core.tick(at(11)) if isinstance(w, SaveTrouble) and w.ended]
    assert [each.name for each in ended] == ["report-unwritten-cap"]


def test_troubles_that_nobody_could_hear_are_told_again_when_the_broker_is_there() -> None:
    core = Core()
    parts = {TroubleName(BROKER): "no connection", DATABASE_REPLACED.name(): "was broken"}
    core.dispatcher.compare(parts, at(0))
    told = [
        each for each in core.dispatcher.handle(LinkUp(BROKER), at(2)) if isinstance(each, Announce)
    ]
    assert [each.topic.rsplit("/", 1)[1] for each in told] == ["broker", "database-replaced"]
    assert parts.pop(TroubleName(BROKER))
    core.troubles.news(at(0).wall)
    core.dispatcher.compare(parts, at(3))
    (ended,) = [each for each in core.troubles.news(at(0).wall) if isinstance(each, Announce)]
    assert ended.topic.endswith("/broker")
    assert b'"ended":null' not in ended.payload
