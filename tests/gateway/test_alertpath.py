"""What the gateway does about alerts: the core alone, with times as numbers."""

import json

from gateway.desk import BROKER
from gateway.work import (
    ActionTaken,
    Announce,
    Condition,
    KeepAlert,
    KeepIncident,
    KeepReceipt,
    KeepTrouble,
    StoreFailed,
    Unanswered,
    Way,
    Work,
)
from service.events import Arrived, LinkDown, LinkUp
from tests.gateway.core import POLICE, Core, alert, at, told
from wire.ids import EndpointName, Monotonic, Seconds
from wire.stage import Stage


def troubles(work: list[Work]) -> list[str]:
    return [each.name for each in work if isinstance(each, KeepTrouble) and each.ended is None]


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


def test_sent_is_told_only_for_a_receipt_that_names_the_alert() -> None:
    core = Core()
    core.keep(core.hear(alert(), at(0)), at(0.01))
    (launch,) = core.launches(at(0.02))
    assert told(core.receipt(launch, at(0.03), alerts=["somebody else's"])) == []
    (again,) = core.launches(at(0.5))
    assert told(core.receipt(again, at(0.6))) == [Stage.SENT]


def test_a_receipt_that_outruns_the_disk_is_told_after_received() -> None:
    core = Core()
    work = core.hear(alert(), at(0))
    (launch,) = core.launches(at(0))
    assert told(core.receipt(launch, at(0.001))) == []
    assert told(core.keep(work, at(0.01))) == [Stage.RECEIVED, Stage.SENT]


def test_a_dead_disk_stops_neither_the_report_nor_sent() -> None:
    core = Core()
    core.hear(alert(), at(0))
    (launch,) = core.launches(at(0))
    work = core.desk.hear(StoreFailed("disk full"), at(0.1))
    assert troubles(work) == ["store"]
    assert told(core.receipt(launch, at(0.2))) == [Stage.SENT]


def test_a_disk_that_dies_after_the_receipt_lets_the_unit_hear_sent() -> None:
    core = Core()
    core.hear(alert(), at(0))
    (launch,) = core.launches(at(0))
    core.receipt(launch, at(0.1))
    assert told(core.desk.hear(StoreFailed("disk full"), at(0.2))) == [Stage.SENT]


def test_a_repeat_is_no_news_but_the_disk_is_asked_for_the_answer() -> None:
    core = Core()
    first = alert()
    core.hear(first, at(0))
    core.receipt(core.launches(at(0))[0], at(0.1))
    again = core.hear(first, at(1))
    assert [type(work) for work in again] == [KeepAlert]
    assert core.launches(at(1)) == []


def test_a_further_press_is_reported_and_needs_a_receipt_of_its_own() -> None:
    core = Core()
    first = alert()
    core.keep(core.hear(first, at(0)), at(0))
    core.receipt(core.launches(at(0))[0], at(0.1))
    core.keep(core.hear(alert(name=first.alert, presses=2), at(5)), at(5))
    (launch,) = core.launches(at(5))
    assert json.loads(launch.body)["alerts"][0]["presses"] == 2
    assert told(core.receipt(launch, at(5.1))) == [Stage.SENT]


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
    work = core.hear(b"\xff\x00rubbish", at(0), unit="lincoln-205")
    (shown,) = core.report(at(0))["alerts"]
    assert (shown["room"]["id"], shown["verified"]) == ("205", False)
    assert "doubt-lincoln-205" in troubles(work)
    core.hear(b"other rubbish", at(1), unit="lincoln-205")
    assert core.launches(at(1)) == []


def test_an_unknown_unit_and_a_wrong_room_are_named_as_doubts_and_never_dropped() -> None:
    core = Core()
    core.hear(alert("204", room="205"), at(0))
    core.hear(alert("999"), at(0))
    wrong, unknown = core.report(at(0))["alerts"]
    assert (wrong["room"]["id"], wrong["doubts"]) == (
        "204",
        ["the unit says that it hangs in room 205"],
    )
    assert unknown["doubts"] == ["the unit is not in the register"]


def test_units_hear_again_how_far_they_got_when_the_broker_returns() -> None:
    core = Core()
    core.keep(core.hear(alert(), at(0)), at(0))
    core.receipt(core.launches(at(0))[0], at(0.1))
    assert told(core.desk.hear(LinkUp("broker"), at(9))) == [Stage.SENT]


def test_a_retained_alert_was_planted_and_opens_nothing() -> None:
    core = Core()
    event = Arrived("broker", "tocsin/v1/lincoln/up/lincoln-204/alert", b"{}", Monotonic(0), True)
    assert core.desk.hear(event, at(0)) == []
    assert core.launches(at(0)) == []


def test_a_replay_after_the_incident_was_closed_opens_no_second_one() -> None:
    core = Core()
    first = alert()
    core.keep(core.hear(first, at(0)), at(0))
    (launch,) = core.launches(at(0))
    core.receipt(launch, at(0.1))
    core.desk.hear(ActionTaken(launch.flight.incident, "close", "Officer Day"), at(60))
    core.receipt(core.launches(at(60))[0], at(60.1))
    core.hear(first, at(86_400))
    assert core.launches(at(86_400)) == []


def test_closing_is_reported_with_the_name_and_told_to_the_unit() -> None:
    core = Core()
    core.keep(core.hear(alert(), at(0)), at(0))
    (launch,) = core.launches(at(0))
    core.receipt(launch, at(0.1))
    work = core.desk.hear(ActionTaken(launch.flight.incident, "close", "Officer Day"), at(60))
    assert told(work) == [Stage.CLOSED]
    last = core.report(at(60))
    assert last["incident"]["status"] == "closed"
    assert last["events"][-1]["by"] == "Officer Day"


def test_a_press_after_the_end_of_its_incident_is_reported_in_a_new_one() -> None:
    core = Core()
    first = alert()
    core.keep(core.hear(first, at(0)), at(0))
    (launch,) = core.launches(at(0))
    core.receipt(launch, at(0.1))
    core.desk.hear(ActionTaken(launch.flight.incident, "close", "Officer Day"), at(60))
    core.hear(alert(name=first.alert, presses=2), at(60))
    _, again = core.launches(at(60))
    assert again.flight.incident != launch.flight.incident
    assert json.loads(again.body)["alerts"][0]["presses"] == 2


def test_a_confirmation_is_told_to_the_unit_only_when_its_alert_cannot_be_lost() -> None:
    core = Core()
    heard = core.hear(alert(), at(0))
    (launch,) = core.launches(at(0))
    assert told(core.desk.hear(ActionTaken(launch.flight.incident, "confirm", "Day"), at(1))) == []
    assert told(core.keep(heard, at(2))) == [Stage.RECEIVED, Stage.CONFIRMED]


def test_an_incident_is_kept_with_its_first_alert_whether_or_not_a_report_leaves() -> None:
    work = Core().hear(alert(), at(0))
    assert [type(each) for each in work][:2] == [KeepIncident, KeepAlert]


def test_a_hanging_endpoint_never_delays_another() -> None:
    core = Core(endpoints=(EndpointName("slow"), EndpointName("quick")))
    slow, quick = Way("slow"), Way("quick")
    core.hear(alert("204"), at(0))
    flights = {launch.flight.way: launch for launch in core.launches(at(0))}
    core.receipt(flights[quick], at(0.01))
    core.hear(alert("205"), at(0.1))
    assert [launch.flight.way for launch in core.launches(at(0.2))] == [quick]
    assert [launch.flight.way for launch in core.launches(at(0.6))] == [slow]


def test_an_alert_that_nobody_took_in_15_s_is_told_to_people_until_somebody_does() -> None:
    core = Core()
    core.keep(core.hear(alert(), at(0)), at(0))
    (launch,) = core.launches(at(0))
    core.desk.hear(Unanswered(launch.flight, "no answer"), at(4))
    assert troubles(core.desk.tick(at(14.9))) == []
    assert "not-delivered" in troubles(core.desk.tick(at(15)))
    (again,) = core.launches(at(15))
    core.receipt(again, at(15.1))
    ended = [w for w in core.desk.tick(at(16)) if isinstance(w, KeepTrouble) and w.ended]
    assert "not-delivered" in [trouble.name for trouble in ended]


def test_whoever_presses_again_waits_for_15_s_of_their_own() -> None:
    core = Core()
    first = alert()
    core.keep(core.hear(first, at(0)), at(0))
    core.receipt(core.launches(at(0))[0], at(0.1))
    core.hear(alert(name=first.alert, presses=2), at(60))
    assert "not-delivered" not in troubles(core.desk.tick(at(74.9)))
    assert "not-delivered" in troubles(core.desk.tick(at(75)))


def test_an_endpoint_that_fails_twice_is_a_trouble_with_the_reason() -> None:
    core = Core()
    core.hear(alert(), at(0))
    (one,) = core.launches(at(0))
    assert troubles(core.desk.hear(Unanswered(one.flight, "refused"), at(0.1))) == []
    (two,) = core.launches(at(0.3))
    work = core.desk.hear(Unanswered(two.flight, "refused"), at(0.4))
    assert troubles(work) == [f"endpoint-{POLICE}"]


def test_a_receipt_is_booked_for_the_disk_with_its_number() -> None:
    core = Core()
    first = alert()
    core.hear(first, at(0))
    work = core.receipt(core.launches(at(0))[0], at(0.1))
    (booked,) = [each for each in work if isinstance(each, KeepReceipt)]
    assert (booked.number, booked.alerts) == ("r-1", ((first.alert, 1),))


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


def test_troubles_that_nobody_could_hear_are_told_again_when_the_broker_is_there() -> None:
    core = Core()
    core.desk.hear(LinkDown(BROKER, "no connection"), at(0))
    core.desk.hear(Condition("store-replaced", "was broken"), at(1))
    told = [each for each in core.desk.hear(LinkUp(BROKER), at(2)) if isinstance(each, Announce)]
    assert [each.topic.rsplit("/", 1)[1] for each in told] == ["broker", "store-replaced"]
    assert b'"ended":null' not in told[0].payload
