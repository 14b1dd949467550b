"""After all clear a press is another incident, whichever button it was."""

import json

from gateway.core.events import OperatorActed
from tests.gateway.core import Core, alert, at
from wire.messages import Alert


def cleared(*presses: Alert) -> Core:
    """A core with these presses in one incident, of which somebody said all clear."""
    core = Core()
    for place, each in enumerate(presses):
        core.delivered(each, at(place))
    (incident,) = core.incidents.all_open()
    seen = {each.alert: each.presses for each in presses}
    core.dispatcher.handle(OperatorActed(incident.id, "all-clear", "Day", seen=seen), at(5))
    return core


def test_another_button_opens_another_incident() -> None:
    core = cleared(alert("204"))
    core.hear(alert("205"), at(6))
    old, new = core.incidents.all_open()
    assert [a.room.id for a in old.alerts.values()] == ["204"]
    assert [a.room.id for a in new.alerts.values()] == ["205"]


def test_the_same_button_opens_another_incident_in_which_its_alert_goes_on() -> None:
    first, other = alert("204"), alert("205")
    core = cleared(first, other)
    core.hear(alert("204", 2, first.alert), at(6))
    old, new = core.incidents.all_open()
    assert list(old.alerts) == [other.alert]
    assert new.alerts[first.alert].presses == 2
    assert [each.what for each in new.events] == ["goes-on", "pressed-again"]


def test_the_only_button_pressed_again_leaves_the_old_incident_without_alerts() -> None:
    first = alert("204")
    core = cleared(first)
    core.hear(alert("204", 2, first.alert), at(6))
    reports = [json.loads(each.body) for each in core.launches(at(60))]
    told = {each["incident"]["id"]: each for each in reports}
    old, new = core.incidents.all_open()
    assert told[old.id]["incident"]["joined_into"] == new.id
    assert told[new.id]["alerts"][0]["presses"] == 2


def test_a_repeat_of_what_was_cleared_opens_nothing() -> None:
    first = alert("204")
    core = cleared(first)
    core.hear(first, at(6))
    assert len(core.incidents.all_open()) == 1


def test_a_press_that_the_person_did_not_see_keeps_all_in_one_incident() -> None:
    first, unseen = alert("204"), alert("205")
    core = Core()
    core.delivered(first, at(0))
    core.delivered(unseen, at(1))
    (incident,) = core.incidents.all_open()
    deed = OperatorActed(incident.id, "all-clear", "Day", seen={first.alert: 1})
    core.dispatcher.handle(deed, at(5))
    core.hear(alert("204"), at(6))
    assert core.incidents.all_open() == [incident]


def test_what_is_pressed_after_that_joins_the_new_one() -> None:
    core = cleared(alert("204"))
    core.hear(alert("205"), at(6))
    core.hear(alert("204"), at(7))
    assert [len(each.alerts) for each in core.incidents.all_open()] == [1, 2]
