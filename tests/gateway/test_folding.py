"""One unit that tells alert after alert: past seven they are presses of one alert more."""

import json
import uuid
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.effects import Effect, SendProgress
from gateway.core.events import OperatorActed
from service.events import MessageReceived
from tests.gateway.core import SITE, Core, alert, at
from wire.codec import encode
from wire.ids import BootId, RoomId, Seconds
from wire.limits import MOST_ALERTS_OF_A_UNIT, MOST_DOUBTS
from wire.messages import Alert, Heartbeat
from wire.stage import Stage
from wire.topics import heartbeat_topic


def alerts(count: int, wall: str = "204") -> list[Alert]:
    return [alert(wall) for _ in range(count)]


def heard(core: Core, told: Sequence[Alert], second: float = 0.0) -> list[Effect]:
    return [work for each in told for work in core.hear(each, at(second))]


def progress(work: Sequence[Effect], of: Alert) -> list[tuple[Stage, int]]:
    """What the unit hears under the id that it sent."""
    sent = [each for each in work if isinstance(each, SendProgress) and each.alert == of.alert]
    return [(each.stage, each.presses) for each in sent]


def test_what_a_unit_tells_past_seven_counts_as_presses_of_one_alert_more() -> None:
    core = Core()
    heard(core, alerts(MOST_ALERTS_OF_A_UNIT + 100))
    told = core.report(at(0))["alerts"]
    assert [each["presses"] for each in told] == [1] * 7 + [101]


def test_the_unit_hears_under_the_id_that_it_sent_how_far_the_press_got() -> None:
    core = Core()
    *first, last = alerts(MOST_ALERTS_OF_A_UNIT + 1)
    core.keep(heard(core, first), at(0))
    kept = core.keep(core.hear(last, at(1)), at(1))
    assert progress(kept, last) == [(Stage.RECEIVED, 1)]
    (launch,) = core.launches(at(1))
    assert progress(core.receipt(launch, at(1.1)), last) == [(Stage.DELIVERED, 1)]


def test_a_repeat_of_such_an_id_is_no_press_and_is_answered_again() -> None:
    core = Core()
    *first, last = alerts(MOST_ALERTS_OF_A_UNIT + 1)
    core.keep(heard(core, [*first, last]), at(0))
    core.receipt(core.launches(at(0))[0], at(0.1))
    again = core.keep(core.hear(last, at(1)), at(1))
    assert progress(again, last) == [(Stage.RECEIVED, 1)]
    assert core.launches(at(1)) == []
    assert [stage for stage, _ in progress(heartbeat(core, last), last)] == [Stage.DELIVERED]


def test_each_id_that_a_unit_presses_again_is_a_press_more() -> None:
    core = Core()
    told = alerts(MOST_ALERTS_OF_A_UNIT + 20)
    heard(core, told)
    core.receipt(core.launches(at(0))[0], at(0))
    for number, each in enumerate(told, start=1):
        core.hear(alert(name=each.alert, presses=2), at(number))
        (launch,) = core.launches(at(number))
        core.receipt(launch, at(number))
        shown = json.loads(launch.body)["alerts"]
        assert sum(it["presses"] for it in shown) == len(told) + number


def test_both_gateways_count_in_the_same_alert_and_go_on_after_a_start() -> None:
    told = alerts(MOST_ALERTS_OF_A_UNIT)
    found = []
    for order in (told, [*reversed(told[:-1]), told[-1]]):
        core = Core()
        heard(core, order)
        (incident,) = core.incidents.all_open()
        ids = {each.alert for each in told}
        found.append({name for name in incident.alerts if name not in ids})
        incident.alerts = dict(reversed(incident.alerts.items()))  # as a disk may give them back
        heard(core, alerts(3))
        assert len(incident.alerts) == MOST_ALERTS_OF_A_UNIT
    assert len(found[0]) == 1
    assert found[0] == found[1]


def test_a_further_press_under_such_an_id_is_told() -> None:
    core = Core()
    *first, last = alerts(MOST_ALERTS_OF_A_UNIT + 1)
    heard(core, [*first, last])
    core.receipt(core.launches(at(0))[0], at(0.1))
    core.hear(alert(name=last.alert, presses=2), at(1))
    assert core.report(at(1))["alerts"][-1]["presses"] == 3


def test_a_repeat_of_such_an_id_after_the_end_opens_nothing() -> None:
    core = Core()
    *first, last = alerts(MOST_ALERTS_OF_A_UNIT + 1)
    core.keep(heard(core, [*first, last]), at(0))
    (launch,) = core.launches(at(0))
    core.receipt(launch, at(0.1))
    core.dispatcher.handle(OperatorActed(launch.flight.incident, "close", "Ms Ito"), at(1))
    core.hear(last, at(2))
    assert core.incidents.all_open() == []
    assert [stage for stage, _ in progress(heartbeat(core, last), last)] == [Stage.CLOSED]


def test_however_many_doubts_a_unit_gives_rise_to_few_are_kept() -> None:
    core = Core()
    for number in range(1, 50):
        core.hear(alert(name=UUID, presses=number, room=f"9{number}"), at(0))
    (told,) = core.report(at(0))["alerts"]
    assert len(told["doubts"]) == MOST_DOUBTS


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(("204", "205"))), max_size=120))
def test_no_press_is_lost_none_is_doubled_and_no_unit_counts_for_another(
    told: list[tuple[int, str]],
) -> None:
    core = Core()
    for number, wall in [(0, "204"), *told]:
        core.hear(alert(wall, name=f"{number:08x}-0000-4000-8000-000000000{wall}"), at(0))
    (incident,) = core.incidents.all_open()
    for wall in ("204", "205"):
        ids = {number for number, each in [(0, "204"), *told] if each == wall}
        mine = [each for each in incident.alerts.values() if each.unit == f"lincoln-{wall}"]
        assert len(mine) == min(len(ids), MOST_ALERTS_OF_A_UNIT)
        assert sum(each.presses for each in mine) == len(ids)


def heartbeat(core: Core, of: Alert) -> list[Effect]:
    """The unit says in a heartbeat that this alert is open with it."""
    beat = Heartbeat(
        of.unit, RoomId("204"), BootId(str(uuid.uuid4())), 1, Seconds(9.0), (of.alert,), ()
    )
    event = MessageReceived(
        "broker", heartbeat_topic(SITE, of.unit), encode(beat), at(9).mono, retained=False
    )
    return core.dispatcher.handle(event, at(9))


UUID = "0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001"
