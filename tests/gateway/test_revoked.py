"""A revoked unit: its word counts no more, and that it spoke is told."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.config.revoked import read_revoked, revoke, write_revoked
from gateway.core.effects import Effect, SaveAlert, SaveTrouble
from gateway.core.heartbeats import REVOKED
from service.events import MessageReceived
from service.settings import SettingsError
from tests.gateway.core import REGISTER, SITE, Core, alert, at
from wire.codec import encode
from wire.ids import UnitId
from wire.topics import alert_topic

UNIT, OTHER = UnitId("lincoln-204"), UnitId("lincoln-205")


def say(core: Core, unit: UnitId, seconds: float) -> list[Effect]:
    press = encode(alert(unit.removeprefix("lincoln-")))
    event = MessageReceived(
        "broker", alert_topic(SITE, unit), press, at(seconds).mono, retained=False
    )
    return core.dispatcher.handle(event, at(seconds))


def kinds(work: list[Effect], kind: type) -> list[Any]:
    return [each for each in work if isinstance(each, kind)]


@pytest.fixture
def core() -> Core:
    core = Core()
    core.dispatcher.use_register(replace(REGISTER, revoked=frozenset({UNIT})), at(0))
    return core


def test_an_alert_of_a_revoked_unit_is_no_alert_and_one_of_another_is(core: Core) -> None:
    assert kinds(say(core, UNIT, 1), SaveAlert) == []
    assert len(kinds(say(core, OTHER, 1), SaveAlert)) == 1


def test_a_revoked_unit_that_speaks_is_a_trouble_until_it_has_been_silent(core: Core) -> None:
    say(core, UNIT, 1)
    (trouble,) = [each for each in kinds(core.tick(at(1)), SaveTrouble) if each.name == REVOKED]
    assert (trouble.name, trouble.ended) == (REVOKED, None)
    assert UNIT in trouble.detail
    assert REVOKED not in [each.name for each in kinds(core.tick(at(60)), SaveTrouble)]
    ended = [each.name for each in kinds(core.tick(at(62)), SaveTrouble) if each.ended]
    assert REVOKED in ended


def test_two_revoked_units_that_speak_in_turn_are_told_once_together(core: Core) -> None:
    revoked = replace(REGISTER, revoked=frozenset({UNIT, OTHER}))
    core.dispatcher.use_register(revoked, at(0))
    work: list[SaveTrouble] = []
    for second in range(1, 21):
        say(core, (UNIT, OTHER)[second % 2], second)
        work += [each for each in core.tick(at(second)) if isinstance(each, SaveTrouble)]
    assert [each.detail for each in work if each.name == REVOKED] == [
        f"revoked, and a sender uses its key: {OTHER}",
        f"revoked, and a sender uses its key: {UNIT}, {OTHER}",
    ]


def test_a_name_that_is_revoked_is_in_the_file_once_and_for_all_to_read(tmp_path: Path) -> None:
    path = tmp_path / "revoked"
    write_revoked(path, frozenset())
    for unit in (UNIT, OTHER, UNIT):
        revoke(path, unit)
    assert path.read_text() == "lincoln-204\nlincoln-205\n"
    assert read_revoked(path) == {UNIT, OTHER}
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("text", ["lincoln 204\n", "#\n", "+\n", "a\0bc\n"])
def test_a_file_that_cannot_be_meant_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "revoked").write_text(f"lincoln-205\n{text}")
    with pytest.raises(SettingsError, match="line 2"):
        read_revoked(tmp_path / "revoked")
