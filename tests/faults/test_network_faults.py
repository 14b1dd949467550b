"""F9 to F11: what may break between a unit and its gateways."""

import time
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest

from tests.faults.matrix import keep
from tests.faults.network import cut, lost, needs_root
from tests.faults.proxy import Proxy
from tests.faults.school import STANDBYS_ADDRESS, UNITS_ADDRESS, School
from tests.faults.spy import Spy
from tests.waiting import until

POLICE = "at the police"


@needs_root
@pytest.mark.timeout(200)
@pytest.mark.parametrize("lasts", [1, 10, 120])
def test_f09_a_press_while_the_network_is_cut_is_told_when_it_heals(
    network: None, school: School, lasts: int
) -> None:
    school.start()
    with cut(UNITS_ADDRESS):
        began = time.monotonic()
        school.press()
        keep("F9", "blinking", school.until("fast blink", 3) - began, 2)
        until(lambda: time.monotonic() - began > lasts, within=lasts + 1, every=0.05)
    healed = time.monotonic()
    school.until("DELIVERED", 10)
    keep("F9", f"{POLICE} after {lasts} s without a network", school.check(5, healed), 5)


@needs_root
def test_f09_a_network_that_is_cut_to_one_gateway_leaves_the_other(
    network: None, two: School
) -> None:
    two.broker_addresses[1] = two.broker_addresses[1].replace(UNITS_ADDRESS, "127.0.0.1")
    two.start()
    with cut(UNITS_ADDRESS):
        two.press()
        keep("F9", "the second path", two.until("RECEIVED", 5) - two.presses()[0], 4)
        two.until("DELIVERED", 5)
    keep("F9", f"{POLICE} by the standby", two.check(8), 8)


@needs_root
def test_f10_when_only_the_way_back_is_lost_the_unit_repeats_and_the_police_have_it_once(
    network: None, school: School
) -> None:
    school.start()
    with Spy(school.ports[0]) as spy:
        with lost(
            "-s", UNITS_ADDRESS, "-p", "tcp", "--tcp-flags", "PSH", "PSH"
        ):  # all that is said
            school.press()
            until(lambda: len(spy.alerts()) >= 3, within=10)
        school.until("DELIVERED", 10)
        gaps = [later - sooner for sooner, later in pairwise(spy.alerts()[:3])]
    keep("F10", "told again", max(gaps), 3)
    keep("F10", POLICE, school.check(3), 3)


@pytest.mark.parametrize(
    "line",
    [{"delay": 1.0}, {"resets": 0.3}, {"rate": 1000.0}],
    ids=["2 s there and back", "30 % of connections reset", "1 kB/s"],
)
def test_f11_a_bad_line_on_both_sides_costs_seconds(
    school: School, line: Mapping[str, Any], request: pytest.FixtureRequest
) -> None:
    with Proxy(school.ports[0], **line) as wall, Proxy(school.police_port, **line) as police:
        school.broker_addresses = [f"127.0.0.1:{wall.port}"]
        school.endpoint["url"] = school.url.replace(str(school.police_port), str(police.port))
        school.start()
        school.press()
        school.until("DELIVERED", 20)
        keep("F11", f"{POLICE}, {request.node.callspec.id}", school.check(15), 15)


@needs_root
def test_f31_gateways_that_cannot_hear_each_other_make_one_incident(
    network: None, two: School
) -> None:
    two.start()
    with lost("-d", STANDBYS_ADDRESS), lost("-s", STANDBYS_ADDRESS):
        two.press()
        two.until("DELIVERED", 5)
        until(lambda: two.says("police", "report ") >= 2, within=8)
    keep("F31", f"{POLICE}, split", two.check(8), 8)
    assert len({report["incident"]["id"] for _, report in two.reports()}) == 1
