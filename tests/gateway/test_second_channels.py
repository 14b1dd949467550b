"""Backup addresses and the other gateway wait, and owe nothing that another has delivered."""

import json

from gateway.core.delivery.channel import Channel
from gateway.core.dispatcher import OTHER_GATEWAY
from gateway.core.effects import Announce, Effect, SendProgress
from gateway.core.events import OperatorActed, SendFailed
from gateway.core.formats.report_receipt import judge_receipt
from gateway.core.values import ChannelId, Now
from service.events import MessageReceived
from tests.gateway.core import POLICE, SITE, WRITER, Core, alert, at, told
from wire.ids import Seconds
from wire.stage import Stage

FIRST, BACKUP = ChannelId("county-911"), ChannelId("county-911/backup")
TWO_CHANNELS = {
    FIRST: Channel(POLICE, judge_receipt, WRITER),
    BACKUP: Channel(POLICE, judge_receipt, WRITER, Seconds(2.0)),
}
STANDBY = {FIRST: Channel(POLICE, judge_receipt, WRITER, Seconds(4.0))}


def overhear(core: Core, work: list[Effect], now: Now) -> list[Effect]:
    """The standby hears what the primary announces."""
    heard: list[Effect] = []
    for each in work:
        if isinstance(each, Announce) and "/incident/" in each.topic:
            event = MessageReceived(
                OTHER_GATEWAY, each.topic, each.payload, now.mono, retained=False
            )
            heard += core.dispatcher.handle(event, now)
    return heard


def test_the_backup_address_is_tried_after_2_s_without_a_receipt_with_the_same_report() -> None:
    core = Core(channels=TWO_CHANNELS)
    core.hear(alert(), at(0))
    (first,) = core.launches(at(0))
    assert core.launches(at(1.99)) == []
    (second,) = core.launches(at(2))
    assert (first.flight.channel, second.flight.channel) == (FIRST, BACKUP)
    assert second.body == first.body


def test_a_receipt_from_the_first_address_leaves_the_backup_in_peace() -> None:
    core = Core(channels=TWO_CHANNELS)
    core.hear(alert(), at(0))
    core.receipt(core.launches(at(0))[0], at(1))
    assert core.launches(at(60)) == []


def test_a_receipt_from_the_backup_is_the_endpoints_and_ends_the_tries_at_the_first() -> None:
    core = Core(channels=TWO_CHANNELS)
    core.keep(core.hear(alert(), at(0)), at(0))
    (first,) = core.launches(at(0))
    (second,) = core.launches(at(2))
    assert told(core.receipt(second, at(2.1))) == [Stage.DELIVERED]
    core.dispatcher.handle(SendFailed(first.flight, "no answer"), at(4))
    assert core.launches(at(60)) == []


def test_a_standby_says_nothing_to_the_police_while_the_primary_delivers() -> None:
    primary, standby, press = Core(), Core(channels=STANDBY), alert()
    primary.hear(press, at(0))
    standby.keep(standby.hear(press, at(0)), at(0))
    work = primary.receipt(primary.launches(at(0))[0], at(0.1))
    assert told(overhear(standby, work, at(0.2))) == [Stage.DELIVERED]
    assert standby.launches(at(3600)) == []


def test_a_standby_reports_after_4_s_of_silence_under_the_same_ids() -> None:
    primary, standby, press = Core(), Core(channels=STANDBY), alert()
    primary.hear(press, at(0))
    standby.hear(press, at(0))
    assert standby.launches(at(3.9)) == []
    (theirs,), (ours,) = primary.launches(at(0)), standby.launches(at(4))
    assert ours.flight[:2] == theirs.flight[:2]
    newer = {"version": ours.flight.version}
    assert json.loads(ours.body) == {**json.loads(theirs.body), **newer}
    assert ours.flight.version > theirs.flight.version


def test_two_presses_in_another_order_are_one_incident_for_the_police_all_the_same() -> None:
    primary, standby, one, two = Core(), Core(channels=STANDBY), alert("204"), alert("205")
    for core, presses in ((primary, (one, two)), (standby, (two, one))):
        for press in presses:
            core.hear(press, at(0))
    overhear(standby, [*primary.tick(at(0.1))], at(0.1))
    theirs, ours = primary.report(at(0.2)), standby.report(at(4))
    assert ours["incident"]["id"] == theirs["incident"]["id"]


def test_a_standby_that_has_reported_keeps_to_the_id_that_it_gave() -> None:
    primary, standby, one, two = Core(), Core(channels=STANDBY), alert("204"), alert("205")
    for core, presses in ((primary, (one, two)), (standby, (two, one))):
        for press in presses:
            core.hear(press, at(0))
    first = standby.report(at(4))
    overhear(standby, [*primary.tick(at(5))], at(5))
    standby.hear(alert(name=one.alert, presses=2), at(5.1))
    assert standby.report(at(9.2))["incident"]["id"] == first["incident"]["id"]


def test_a_further_press_that_the_primary_has_not_delivered_is_the_standbys_to_report() -> None:
    primary, standby, press = Core(), Core(channels=STANDBY), alert()
    primary.hear(press, at(0))
    standby.hear(press, at(0))
    standby.hear(alert(name=press.alert, presses=2), at(0.05))
    overhear(standby, primary.receipt(primary.launches(at(0))[0], at(0.1)), at(0.2))
    assert standby.report(at(4.1))["alerts"][0]["presses"] == 2


def test_a_receipt_is_announced_with_the_presses_that_it_covers_and_no_later_one() -> None:
    primary, standby, press = Core(), Core(channels=STANDBY), alert()
    again = alert(name=press.alert, presses=2)
    primary.hear(press, at(0))
    (launch,) = primary.launches(at(0))
    for core in (primary, standby):
        core.hear(again, at(0.05))
    overhear(standby, primary.receipt(launch, at(0.1)), at(0.2))
    assert told(standby.keep(standby.hear(again, at(0.3)), at(0.3))) == [Stage.RECEIVED]
    assert standby.report(at(4.1))["alerts"][0]["presses"] == 2


def test_an_incident_closed_at_the_primary_is_closed_at_the_standby_by_the_same_person() -> None:
    primary, standby, press = Core(), Core(channels=STANDBY), alert()
    primary.hear(press, at(0))
    standby.hear(press, at(0))
    (launch,) = primary.launches(at(0))
    overhear(standby, primary.receipt(launch, at(0.1)), at(0.1))
    closing = primary.dispatcher.handle(
        OperatorActed(launch.flight.incident, "close", "Day"), at(60)
    )
    assert told(overhear(standby, closing, at(60))) == [Stage.CLOSED]


def test_what_was_confirmed_at_the_primary_is_only_what_was_seen_there() -> None:
    primary, standby, press = Core(), Core(channels=STANDBY), alert("204")
    primary.hear(press, at(0))
    standby.keep(standby.hear(press, at(0)), at(0))
    standby.keep(standby.hear(alert("205"), at(0.1)), at(0.1))
    (launch,) = primary.launches(at(0))
    taking = primary.dispatcher.handle(
        OperatorActed(launch.flight.incident, "acknowledge", "Day"), at(60)
    )
    units = [w.unit for w in overhear(standby, taking, at(60)) if isinstance(w, SendProgress)]
    assert units == ["lincoln-204"]


def test_what_a_person_said_at_the_standby_is_told_by_the_standby() -> None:
    primary, standby, press = Core(), Core(channels=STANDBY), alert()
    primary.hear(press, at(0))
    standby.hear(press, at(0))
    (launch,) = primary.launches(at(0))
    standby.dispatcher.handle(
        OperatorActed(launch.flight.incident, "message", "Day", "north door"), at(0.1)
    )
    overhear(standby, primary.receipt(launch, at(0.2)), at(0.2))
    assert standby.report(at(4.2))["events"][0]["text"] == "north door"


def test_news_of_another_gateway_that_cannot_be_read_changes_nothing() -> None:
    standby = Core(channels=STANDBY)
    standby.hear(alert(), at(0))
    event = MessageReceived(
        OTHER_GATEWAY, f"tocsin/v1/{SITE}/incident/x", b"\xff", at(1).mono, False
    )
    assert standby.dispatcher.handle(event, at(1)) == []
    assert len(standby.launches(at(4))) == 1
