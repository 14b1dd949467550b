"""Each trouble has one name, a meaning and a cure; a name leads back to its kind."""

import re
from typing import Any

import pytest

from wire import gateway_troubles, receiver_troubles, supervision_troubles, unit_troubles
from wire.codec import decode, encode
from wire.gateway_troubles import GATEWAY_TROUBLES, cure_of
from wire.ids import BootId, RoomId, Seconds, UnitId
from wire.messages import Heartbeat
from wire.trouble import Trouble, find
from wire.unit_troubles import GATEWAY_LOST, UNIT_TROUBLES

CAMERA = Trouble("camera-<camera>", "no picture", "look at <camera>")
CLOCK = Trouble("clock", "not set", "set it")


def test_a_name_holds_the_thing_that_is_in_trouble() -> None:
    assert (CLOCK.name(), CAMERA.name("hall-2")) == ("clock", "camera-hall-2")


@pytest.mark.parametrize(("kind", "item"), [(CLOCK, "hall-2"), (CAMERA, "")])
def test_a_name_without_its_item_is_refused(kind: Trouble, item: str) -> None:
    with pytest.raises(ValueError, match=kind.pattern):
        kind.name(item)


def test_the_cure_names_the_thing_in_trouble() -> None:
    assert (CAMERA.cure_of("camera-hall-2"), CLOCK.cure_of("clock")) == ("look at hall-2", "set it")


def test_of_two_kinds_that_fit_the_narrower_is_meant() -> None:
    lost, gateway_lost = Trouble("<unit>-lost", "", ""), Trouble("gateway-<n>-lost", "", "")
    assert find("gateway-1-lost", [lost, gateway_lost]) is gateway_lost
    assert find("clock-2", [CLOCK, lost]) is None


@pytest.mark.parametrize(
    ("modules", "table"),
    [
        ((gateway_troubles, receiver_troubles, supervision_troubles), GATEWAY_TROUBLES),
        ((unit_troubles,), UNIT_TROUBLES),
    ],
)
def test_every_kind_stands_in_its_table(modules: tuple[object, ...], table: Any) -> None:
    kinds = {each for of in modules for each in vars(of).values() if isinstance(each, Trouble)}
    assert kinds == set(table)


@pytest.mark.parametrize("table", [GATEWAY_TROUBLES, UNIT_TROUBLES])
def test_every_name_leads_back_to_its_kind_alone(table: tuple[Trouble, ...]) -> None:
    for kind in table:
        assert find(re.sub("<.+>", "lincoln-204", kind.pattern), table) is kind


def test_what_a_cure_names_is_what_the_trouble_is_about() -> None:
    for kind in (*GATEWAY_TROUBLES, *UNIT_TROUBLES):
        known = set(re.findall("<.+?>", kind.pattern))
        assert set(re.findall("<.+?>", kind.cure)) <= known, kind.pattern


def test_a_heartbeat_can_tell_of_every_trouble_of_a_unit() -> None:
    names = tuple(GATEWAY_LOST.name("gateway-8") if k is GATEWAY_LOST else k.name()
                  for k in UNIT_TROUBLES)  # fmt: skip
    boot = BootId("0b0e2a5c-7c3f-4f5e-9d27-3c1f6a1d9a01")
    beat = Heartbeat(UnitId("lincoln-204"), RoomId("204"), boot, 0, Seconds(1.0), (), names)
    assert decode(encode(beat)) == beat


def test_a_trouble_of_another_version_has_a_cure_too() -> None:
    assert "journalctl" in cure_of("canary")
    assert "hall-2" not in cure_of("clock")
