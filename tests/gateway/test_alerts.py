"""What the gateway does about alerts: the core alone, with times as numbers."""

import json
from dataclasses import replace

from gateway.core.effects import (
    SaveAlert,
    SaveIncident,
)
from gateway.core.events import OperatorActed
from service.events import LinkUp, MessageReceived
from tests.gateway.core import REGISTER, Core, alert, answers_told, at, told
from tests.gateway.test_deliveries import troubles
from wire.ids import Monotonic, RoomId, Seconds
from wire.stage import Answer, Stage


def test_a_press_is_reported_at_once_with_its_place_from_the_register() -> None:
    core = Core()
    core.hear(alert("204"), at(0))
    (shown,) = core.report(at(0))["alerts"]
    assert shown["room"] == {"id": "204", "name": "Room 204", "floor": "2", "building": "Main"}
    assert shown["verified"] is True


def test_received_is_told_only_when_the_disk_has_the_alert() -> None:
    core = Core()
    work = core.hear(alert(), at(0))
    assert told(work) == []
    assert told(core.keep(work, at(0.01))) == [Stage.RECEIVED]


def test_a_repeat_is_no_news_but_the_disk_is_asked_for_the_answer() -> None:
    core = Core()
    first = alert()
    core.hear(first, at(0))
    core.receipt(core.launches(at(0))[0], at(0.1))
    again = core.hear(first, at(1))
    assert [type(work) for work in again] == [SaveAlert]
    assert core.launches(at(1)) == []


def test_a_second_room_joins_the_open_incident_as_the_next_version() -> None:
    core = Core()
    core.hear(alert("204"), at(0))
    one = core.report(at(0))
    core.hear(alert("205"), at(1))
    two = core.report(at(1))
    assert two["incident"]["id"] == one["incident"]["id"]
    assert two["version"] > one["version"]
    assert {each["room"]["id"] for each in two["alerts"]} == {"204", "205"}


def test_rubbish_on_an_alert_topic_is_an_alert_of_that_unit_once() -> None:
    core = Core()
    core.hear(b"\xff\x00rubbish", at(0), unit="lincoln-205")
    (shown,) = core.report(at(0))["alerts"]
    assert (shown["room"]["id"], shown["verified"]) == ("205", False)
    assert "unverified-alert-lincoln-205" in troubles(core.tick(at(0.5)))
    core.hear(b"other rubbish", at(1), unit="lincoln-205")
    assert core.launches(at(1)) == []


def test_an_unknown_unit_and_a_wrong_room_are_named_as_doubts_and_never_dropped() -> None:
    core = Core()
    core.hear(alert("204", room="205"), at(0))
    core.hear(alert("999"), at(0))
    wrong, unknown = core.report(at(0))["alerts"]
    assert (wrong["room"]["id"], wrong["doubts"]) == (
        "204",
        ["the message names another room: 205"],
    )
    assert unknown["doubts"] == ["the unit is not in the register"]


def test_units_hear_again_how_far_they_got_when_the_broker_returns() -> None:
    core = Core()
    core.keep(core.hear(alert(), at(0)), at(0))
    core.receipt(core.launches(at(0))[0], at(0.1))
    assert told(core.dispatcher.handle(LinkUp("broker"), at(9))) == [Stage.DELIVERED]


def test_a_retained_alert_was_planted_and_opens_nothing() -> None:
    core = Core()
    event = MessageReceived(
        "broker", "tocsin/v1/lincoln/up/lincoln-204/alert", b"{}", Monotonic(0), True
    )
    assert core.dispatcher.handle(event, at(0)) == []
    assert core.launches(at(0)) == []


def test_a_replay_after_the_incident_was_closed_opens_no_second_one() -> None:
    core = Core()
    first = alert()
    launch = core.delivered(first, at(0))
    core.dispatcher.handle(OperatorActed(launch.flight.incident, "close", "Officer Day"), at(60))
    core.receipt(core.launches(at(60))[0], at(60.1))
    core.hear(first, at(86_400))
    assert core.launches(at(86_400)) == []


def test_closing_is_reported_with_the_name_and_told_to_the_unit() -> None:
    core = Core()
    launch = core.delivered(alert(), at(0))
    work = core.dispatcher.handle(
        OperatorActed(launch.flight.incident, "close", "Officer Day"), at(60)
    )
    assert told(work) == [Stage.CLOSED]
    last = core.report(at(60))
    assert last["incident"]["status"] == "closed"
    assert last["events"][-1]["by"] == "Officer Day"


def test_a_press_after_the_end_of_its_incident_is_reported_in_a_new_one() -> None:
    core = Core()
    first = alert()
    launch = core.delivered(first, at(0))
    core.dispatcher.handle(OperatorActed(launch.flight.incident, "close", "Officer Day"), at(60))
    core.hear(alert(name=first.alert, presses=2), at(60))
    _, again = core.launches(at(60))
    assert again.flight.incident != launch.flight.incident
    assert json.loads(again.body)["alerts"][0]["presses"] == 2


def test_an_answer_is_told_to_the_unit_only_when_its_alert_cannot_be_lost() -> None:
    core = Core()
    heard = core.hear(alert(), at(0))
    (launch,) = core.launches(at(0))
    acknowledged = OperatorActed(launch.flight.incident, "acknowledge", "Day")
    assert told(core.dispatcher.handle(acknowledged, at(1))) == []
    assert answers_told(core.keep(heard, at(2))) == [(Stage.RECEIVED, Answer.SCHOOL)]


def test_an_incident_is_kept_with_its_first_alert_whether_or_not_a_report_leaves() -> None:
    work = Core().hear(alert(), at(0))
    assert [type(each) for each in work][:2] == [SaveIncident, SaveAlert]


def test_the_first_alert_of_two_gateways_makes_the_same_incident() -> None:
    here, there, press = Core(), Core(), alert()
    here.hear(press, at(0))
    there.hear(press, at(3))
    one, two = here.report(at(0)), there.report(at(3))
    assert one["incident"]["id"] == two["incident"]["id"]


def test_an_alert_long_after_the_last_news_opens_an_incident_of_its_own() -> None:
    core = Core(join=Seconds(3600.0))
    core.hear(alert("204"), at(0))
    one = core.report(at(0))
    core.hear(alert("205"), at(3601))
    *_, other = [json.loads(launch.body) for launch in core.launches(at(3601))]
    assert other["incident"]["id"] != one["incident"]["id"]
    assert [each["room"]["id"] for each in other["alerts"]] == ["205"]


def test_a_room_renamed_during_an_incident_has_its_new_name_in_the_next_report() -> None:
    core = Core()
    core.hear(alert("204"), at(0))
    core.receipt(core.launches(at(0))[0], at(0.1))
    entry = REGISTER.by_room[RoomId("204")]
    renamed = replace(entry, room=replace(entry.room, name="Chemistry"))
    register = replace(REGISTER, by_room={**REGISTER.by_room, RoomId("204"): renamed})
    core.dispatcher.use_register(register, at(1))
    (told,) = core.report(at(1))["alerts"]
    assert told["room"]["name"] == "Chemistry"
    core.dispatcher.use_register(register, at(2))
    assert core.launches(at(5)) == []
