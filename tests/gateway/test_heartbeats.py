"""A sign of life goes on from the one before: what was recorded and is played back is none."""

import uuid
from collections.abc import Sequence

import pytest

from gateway.core.supervision.boots import Boots
from gateway.core.supervision.units import LOST_AFTER
from service.events import MessageReceived
from tests.gateway.core import SITE, Core, at
from wire.codec import encode
from wire.ids import BootId, RoomId, Seconds, UnitId
from wire.messages import Heartbeat
from wire.topics import heartbeat_topic

UNIT = UnitId("lincoln-204")
OLD, NEW = (BootId(str(uuid.uuid4())) for _ in range(2))


def beat(
    uptime: float, boot: BootId = OLD, seq: int = 1, troubles: Sequence[str] = ()
) -> Heartbeat:
    room = RoomId("204")
    return Heartbeat(UNIT, room, boot, seq, Seconds(uptime), (), tuple(troubles))


def is_lost(core: Core, played: Sequence[Heartbeat], since: int) -> bool:
    """Whether a unit is lost, of which these are heard in turn for half a minute from then on."""
    topic = heartbeat_topic(SITE, UNIT)
    for second in range(since, since + 5 + int(LOST_AFTER)):
        payload, now = encode(played[second % len(played)]), at(second)
        message = MessageReceived("broker", topic, payload, now.mono, retained=False)
        core.dispatcher.handle(message, now)
        core.tick(now)
    trouble = next((each for each in core.troubles.standing if each.name == "units-lost"), None)
    return bool(trouble and UNIT in trouble.detail)


RECORDED = [beat(10), beat(20, seq=2), beat(5, NEW)]


@pytest.mark.parametrize("played", [RECORDED[:1], RECORDED])
def test_a_unit_whose_heartbeats_are_played_back_is_lost(played: Sequence[Heartbeat]) -> None:
    core = Core()
    assert is_lost(core, played, 10)
    assert not is_lost(core, [beat(n, NEW) for n in range(100)], 50)


def test_neither_uptime_nor_the_number_of_alerts_goes_back_within_a_boot() -> None:
    boots, now = Boots(), at(0).mono
    told = [(10.0, OLD, 3), (10.0, OLD, 3), (9.0, OLD, 3), (20.0, OLD, 2), (20.0, OLD, 3)]
    heard = [boots.heard(beat(uptime, boot, seq), now) for uptime, boot, seq in told]
    assert heard == [True, False, False, False, True]


def test_a_heartbeat_from_before_fifty_restarts_is_still_known() -> None:
    boots, now = Boots(), at(0).mono
    assert boots.heard(beat(10), now)
    for _ in range(50):
        assert boots.heard(beat(1, BootId(str(uuid.uuid4()))), now)
    assert not boots.heard(beat(10), now)
