"""Would a press here reach the police now?  Yes needs a proof of each step; unknown is unknown."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.site import Register
from gateway.fleet.gateway_verdict import BREAKING, HARMLESS, OF_UNITS
from gateway.fleet.unit_verdict import BREAKING as UNIT_BREAKING
from gateway.fleet.unit_verdict import HARMLESS as UNIT_HARMLESS
from tests.fleet.known import COUNTY, POLICE, REGISTER, WALL, beat, fleet, room, standing, why
from wire import receiver_troubles as receivers
from wire import supervision_troubles as seen
from wire.gateway_troubles import GATEWAY_TROUBLES
from wire.ids import Monotonic, UnitId
from wire.machine import Machine
from wire.trouble import Trouble, TroubleName
from wire.unit_troubles import UNIT_TROUBLES

UNIT = UnitId("lincoln-204")


def named(kind: Trouble, item: str = "thing") -> TroubleName:
    return kind.name(item if "<" in kind.pattern else "")


def test_a_unit_that_is_heard_before_a_receiver_that_is_reached_is_a_yes() -> None:
    assert room(standing()).whole.reach == "yes"
    assert fleet(standing()).gateway.reach == "yes"


@pytest.mark.parametrize(
    ("known", "reach", "words"),
    [
        (standing(is_alive=False), "no", "no sign of life"),
        (standing(snapshot=None), "unknown", "does not say which units"),
        (standing(written=993.9), "unknown", "does not say which units"),
        (standing(written=1000.1), "unknown", "does not say which units"),
        (standing(written=math.inf), "unknown", "does not say which units"),
        (standing(stores=False), "unknown", "database: "),
        (standing(endpoints=()), "unknown", "no receiver has shown"),
        (standing(endpoints=(COUNTY,)), "unknown", "no receiver has shown"),
        (standing(named(receivers.ENDPOINT, POLICE)), "no", "endpoint-county-911: "),
        (standing(named(receivers.CREDENTIALS, POLICE)), "no", "credentials-county-911: "),
        (standing(said=beat(heard=974.9)), "no", "not heard of"),
        (standing(said=beat(room="205")), "unknown", "says that it is in room 205"),
        (standing(said=beat("stuck-button")), "no", "stuck-button: "),
        (standing(said=beat("clock")), "unknown", "clock: "),
        (standing(said=beat("of-a-later-release")), "unknown", "of-a-later-release"),
        (standing(named(seen.DUPLICATE_UNIT, UNIT)), "unknown", "duplicate-unit-lincoln-204"),
    ],
)
def test_what_is_broken_is_a_no_and_what_nobody_can_vouch_for_unknown(
    known: Any, reach: str, words: str
) -> None:
    found = room(known)
    assert (found.whole.reach, words in why(found)) == (reach, True), why(found)


def test_one_receiver_that_is_reached_is_enough() -> None:
    both = standing(named(receivers.ENDPOINT, COUNTY), endpoints=(COUNTY, POLICE))
    assert room(both).whole.reach == "yes"


def test_a_trouble_of_one_unit_is_none_of_another() -> None:
    assert room(standing(named(seen.DUPLICATE_UNIT, "lincoln-999"))).whole.reach == "yes"


def test_a_unit_not_yet_heard_is_unknown_for_25_s_after_a_start_and_lost_then() -> None:
    said = standing().snapshot
    assert said
    for started, reach in ((980.0, "unknown"), (974.9, "no")):
        silent = said._replace(beats={}, started=Monotonic(started))
        assert room(standing(snapshot=silent)).whole.reach == reach


def test_a_room_without_a_unit_or_with_a_revoked_one_is_a_no() -> None:
    assert why(room(standing(), "205")) == "no unit is in the register for this room"
    register = Register(REGISTER.by_room, REGISTER.by_unit, frozenset({UNIT}))
    assert "revoked" in why(room(standing(), register=register))


@pytest.mark.parametrize(
    ("ends", "reach", "days"),
    [
        ({}, "unknown", None),
        ({UNIT: WALL}, "unknown", 0),
        ({UNIT: WALL - 1}, "unknown", -1),
        ({UNIT: WALL + 3 * 86_400}, "yes", 3),
    ],
)
def test_a_unit_needs_a_certificate_that_has_not_ended(ends: Any, reach: str, days: int) -> None:
    found = room(standing(), ends=ends)
    assert (found.whole.reach, found.certificate_days) == (reach, days)


@pytest.mark.parametrize("kind", [k for k in GATEWAY_TROUBLES if k not in OF_UNITS], ids=str)
def test_no_trouble_of_the_gateway_leaves_a_yes_unless_it_is_known_to_be_harmless(
    kind: Trouble,
) -> None:
    reach = fleet(standing(named(kind, POLICE))).gateway.reach
    assert (reach == "yes") == (kind in HARMLESS)
    assert reach == "no" or kind not in BREAKING


@pytest.mark.parametrize("kind", UNIT_TROUBLES, ids=str)
def test_no_trouble_of_a_unit_leaves_a_yes_unless_it_is_known_to_be_harmless(kind: Trouble) -> None:
    found = room(standing(said=beat(named(kind, "gateway-1"))))
    assert (found.whole.reach == "yes") == (kind in UNIT_HARMLESS)
    assert found.whole.reach == "no" or kind not in UNIT_BREAKING
    assert all(reason.cure for reason in found.whole.why)


@given(st.sets(st.sampled_from(GATEWAY_TROUBLES)), st.booleans(), st.booleans(), st.floats(0, 1e3))
def test_whatever_else_is_wrong_only_ever_makes_it_worse(
    kinds: set[Trouble], is_alive: bool, stores: bool, heard: float
) -> None:
    names = [named(kind, POLICE) for kind in kinds]
    more = room(standing(*names, is_alive=is_alive, stores=stores, said=beat(heard=heard)))
    if more.whole.reach == "yes":
        assert is_alive
        assert stores
        assert heard >= 975.0
        assert kinds <= set(HARMLESS) | set(OF_UNITS)


def test_each_part_of_a_unit_tells_its_own_troubles_and_the_program_all_others() -> None:
    found = room(standing(said=beat("clock", "journal", "no-edges", "of-a-later-release")))
    assert found.parts == {
        "line": "no-edges",
        "link": "ok",
        "clock": "clock",
        "power": "not measured",
        "program": "journal, of-a-later-release",
    }


def test_the_power_is_ok_only_where_the_board_measures_it() -> None:
    measured = Machine(celsius=50.0, under_voltage=False)
    assert room(standing(said=beat(machine=measured))).parts["power"] == "ok"
    assert room(standing(said=beat(heard=900.0, machine=measured))).parts["power"] == "unknown"
