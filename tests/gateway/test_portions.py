"""What an endpoint refuses for what it says is told in portions: no alert shares another's fate."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.delivery.queue import DeliveryQueue
from gateway.core.delivery.waits import RETRIES
from gateway.core.effects import SendReport
from gateway.core.events import OperatorActed, ResponseReceived
from gateway.core.formats.report import Picture
from tests.gateway.core import Core, alert, at
from wire.ids import AlertId, CameraId, Monotonic
from wire.limits import MOST_ALERTS, MOST_PICTURES

Json = Any


class Choosy:
    """An endpoint that answers 422 to what it `refuses`; `taken` are the reports with a receipt."""

    def __init__(self, core: Core, refuses: Callable[[Json], bool]) -> None:
        self.core = core
        self.refuses = refuses
        self.taken: list[Json] = []
        self.refused: list[float] = []

    def serve(self, began: float, seconds: float) -> None:
        """Answer whatever comes within that time."""
        for step in range(int(seconds * 50)):
            now = began + step / 50
            for launch in self.core.launches(at(now)):
                self._answer(launch, now)

    def has(self, name: str) -> bool:
        return any(each["id"] == name for report in self.taken for each in report["alerts"])

    def _answer(self, launch: SendReport, now: float) -> None:
        document = json.loads(launch.body)
        if self.refuses(document):
            self.refused.append(now)
            answer = ResponseReceived(launch.flight, 422, b"alerts: no")
            self.core.dispatcher.handle(answer, at(now))
        else:
            self.core.receipt(launch, at(now))
            self.taken.append(document)


def names(*units: str) -> Callable[[Json], bool]:
    return lambda document: any(each["unit"] in units for each in document["alerts"])


def test_an_alert_beside_one_that_is_refused_is_delivered_within_a_second() -> None:
    core = Core()
    police = Choosy(core, names("lincoln-204"))
    bad, good = [alert("204") for _ in range(5)], alert("205")
    for each in (*bad, good):
        core.hear(each, at(0))
    police.serve(0, 1)
    assert police.has(good.alert)
    assert not any(police.has(each.alert) for each in bad)


def test_what_is_refused_even_alone_is_tried_again_and_again_but_not_often() -> None:
    core = Core()
    police = Choosy(core, names("lincoln-204"))
    told = [alert(wall) for wall in ("204", "204", "205")]
    for each in told:
        core.hear(each, at(0))
    police.serve(0, 60)
    late = [moment for moment in police.refused if moment > 20]
    assert 5 < len(late) <= 40 / RETRIES[-1] + 1
    police.refuses = lambda _: False
    police.serve(60, 10)
    assert all(police.has(each.alert) for each in told)


def test_a_person_is_heard_beside_what_is_refused() -> None:
    core = Core()
    police = Choosy(core, names("lincoln-204"))
    for wall in ("204", "205"):
        core.hear(alert(wall), at(0))
    police.serve(0, 2)
    (incident,) = core.incidents.all_open()
    said = OperatorActed(incident.id, "message", "Ms Ito", "two doors are open")
    core.dispatcher.handle(said, at(2))
    police.serve(2, 5)
    assert police.taken[-1]["events"][-1]["text"] == "two doors are open"


def test_an_unsealed_flood_that_is_refused_holds_up_no_press() -> None:
    core = Core()
    police = Choosy(core, names("lincoln-204"))
    for number in range(100):
        core.hear(alert("204"), at(number / 100))
        police.serve(number / 100, 0.02)
    good = alert("205")
    core.hear(good, at(1))
    for number in range(100):
        core.hear(alert("204"), at(1 + number / 100))
        police.serve(1 + number / 100, 0.02)
    assert police.has(good.alert)


@settings(max_examples=30)
@given(st.integers(1, 40), st.lists(st.booleans(), min_size=1, max_size=40))
def test_whatever_is_refused_all_else_is_delivered(most: int, poisoned: list[bool]) -> None:
    core = Core()
    told = [(alert(f"{number:03}"), bad) for number, bad in enumerate(poisoned)]
    bad_units = {each.unit for each, bad in told if bad}
    police = Choosy(core, lambda doc: len(doc["alerts"]) > most or names(*bad_units)(doc))
    for each, _ in told:
        core.hear(each, at(0))
    police.serve(0, 5)
    assert [police.has(each.alert) for each, _ in told] == [not bad for _, bad in told]


def test_a_picture_that_is_refused_alone_holds_up_no_other() -> None:
    delivery, now = DeliveryQueue(), 100.0
    for number in range(MOST_PICTURES * 2):
        delivery.add_picture(Picture(CameraId(f"cam-{number}"), "{}"), Monotonic(now))
    taken = list[str]()
    for version in range(1, 60):
        now += 5
        plan = delivery.plan(Monotonic(now))
        if plan is None:
            break
        delivery.launched(version, plan, 1, Monotonic(now))
        if any(each.camera == "cam-0" for each in plan.pictures):
            delivery.failed(version, Monotonic(now), lasting=True)
        else:
            delivery.landed(version, frozenset[AlertId](), Monotonic(now))
            taken += [each.camera for each in plan.pictures]
    assert sorted(taken) == [f"cam-{number}" for number in range(1, MOST_PICTURES * 2)]
    assert delivery.settled


def test_no_report_tells_more_alerts_than_the_form_allows() -> None:
    core = Core()
    for number in range(MOST_ALERTS + 10):
        core.hear(alert(f"{number:04}"), at(0))
    reports = [json.loads(each.body) for each in core.launches(at(0))]
    assert [len(each["alerts"]) for each in reports] == [MOST_ALERTS, 10]
