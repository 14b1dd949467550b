"""Whose alert it is: ids that two units bear, units that got another name."""

import json
from dataclasses import replace

import pytest

from gateway.config.register import parse_register
from gateway.core.effects import (
    SaveIncident,
    SendProgress,
)
from gateway.core.events import OperatorActed
from tests.gateway.core import Core, alert, at
from wire.alert_ids import id_of_its_own
from wire.ids import UnitId
from wire.stage import Answer, Stage


@pytest.mark.parametrize("closed", [False, True])
def test_an_id_belongs_to_the_unit_that_first_used_it(closed: bool) -> None:
    core, theirs = Core(), alert("205")
    core.hear(theirs, at(0))
    (launch,) = core.launches(at(0))
    core.receipt(launch, at(0.1))
    if closed:
        core.dispatcher.handle(OperatorActed(launch.flight.incident, "close", "Day"), at(1))
    core.hear(alert("204", presses=2**31 - 1, name=theirs.alert), at(2))
    core.hear(alert("205", presses=2, name=theirs.alert), at(3))
    *_, launch = core.launches(at(4))
    told = {each["unit"]: each for each in json.loads(launch.body)["alerts"]}
    assert told["lincoln-205"]["presses"] == 2
    assert told["lincoln-205"]["doubts"] == []
    assert told["lincoln-204"]["id"] != theirs.alert
    assert told["lincoln-204"]["doubts"] == ["it bears the id of an alert of lincoln-205"]


def renamed(core: Core) -> UnitId:
    """Room 204 gets a unit of another name, and the one before is revoked."""
    new = UnitId("lincoln-204-r2")
    text = f"room,name,building,floor,unit,cameras,x,y\n204,,,,{new},,,\n205,,,,lincoln-205,,,\n"
    register, _ = parse_register(text)
    revoked = frozenset({UnitId("lincoln-204")})
    core.dispatcher.use_register(replace(register, revoked=revoked), at(1))
    return new


def test_a_unit_renamed_with_an_open_alert_hears_of_it_under_an_id_that_both_can_make() -> None:
    core, press = Core(), alert("204")
    core.keep(core.hear(press, at(0)), at(0))
    new = renamed(core)
    work = core.hear(alert("204", name=press.alert, unit=new), at(2), unit=new)
    answers = [each for each in core.keep(work, at(2)) if isinstance(each, SendProgress)]
    own = id_of_its_own(new, press.alert)
    assert [(each.unit, each.alert, each.stage) for each in answers] == [(new, own, Stage.RECEIVED)]
    close = OperatorActed(core.report(at(3))["incident"]["id"], "close", "Day")
    ended = [w for w in core.dispatcher.handle(close, at(4)) if isinstance(w, SendProgress)]
    assert (new, own, Stage.CLOSED) in [(each.unit, each.alert, each.stage) for each in ended]


@pytest.mark.parametrize(("presses", "news"), [(1, False), (2, True)])
def test_an_alert_closed_under_a_revoked_name_is_over_for_the_new_one_and_a_further_press_is_not(
    presses: int, news: bool
) -> None:
    core, press = Core(), alert("204")
    core.keep(core.hear(press, at(0)), at(0))
    close = OperatorActed(core.report(at(0))["incident"]["id"], "close", "Day")
    core.dispatcher.handle(close, at(0.5))
    new = renamed(core)
    work = core.hear(alert("204", presses, press.alert, unit=new), at(2), unit=new)
    closed = SendProgress(new, press.alert, Stage.CLOSED, Answer.NONE, 1)
    assert ([closed] == work) is not news
    assert bool([w for w in work if isinstance(w, SaveIncident)]) is news


def test_the_alert_of_a_revoked_unit_is_not_taken_over_by_another_that_knows_its_id() -> None:
    core, press = Core(), alert("204")
    core.keep(core.hear(press, at(0)), at(0))
    new = renamed(core)
    core.hear(alert("205", presses=9, name=press.alert), at(2))
    core.hear(alert("204", name=press.alert, unit=new), at(3), unit=new)
    shown = {each["unit"]: each for each in core.report(at(4))["alerts"]}
    assert (shown["lincoln-204"]["id"], shown["lincoln-204"]["presses"]) == (press.alert, 1)
    assert len({each["id"] for each in shown.values()}) == 3
