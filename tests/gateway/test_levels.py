"""Troubles are recomputed from what is so now: each that begins also ends."""

import uuid
from collections.abc import Mapping
from dataclasses import replace

from gateway.core.delivery.channel import Channel
from gateway.core.effects import Effect, SaveTrouble, SendProgress
from gateway.core.events import ChannelProbed, OperatorActed, SendFailed
from gateway.core.incidents.registry import Incidents
from gateway.core.values import ChannelId, Now
from service.events import CallbackFailed, MessageReceived
from tests.gateway.core import SITE, Core, alert, at
from tests.gateway.test_second_channels import BACKUP, FIRST, TWO_CHANNELS
from wire.codec import encode
from wire.ids import AlertId, BootId, RoomId, Seconds, UnitId
from wire.messages import Heartbeat
from wire.stage import Answer, Stage
from wire.topics import heartbeat_topic

UNIT = UnitId("lincoln-204")
PROBED = {channel: replace(terms, probed=True) for channel, terms in TWO_CHANNELS.items()}
BOOTS = [BootId(str(uuid.uuid4())) for _ in range(3)]


def beat(core: Core, now: Now, *held: AlertId, boot: BootId = BOOTS[0]) -> list[Effect]:
    payload = encode(Heartbeat(UNIT, RoomId("204"), boot, 1, Seconds(now.mono), held, ()))
    topic = heartbeat_topic(SITE, UNIT)
    return core.dispatcher.handle(
        MessageReceived("broker", topic, payload, now.mono, retained=False), now
    )


def standing(core: Core, now: Now) -> set[str]:
    core.tick(now)
    return {str(name) for name in core.troubles.names} - {"units-lost"}


def test_an_unverified_alert_is_a_trouble_until_its_incident_is_closed() -> None:
    core = Core()
    core.hear(b"rubbish", at(0))
    assert standing(core, at(1)) == {"unverified-alert-lincoln-204"}
    (incident,) = core.incidents.all_open()
    core.dispatcher.handle(OperatorActed(incident.id, "close", "Ms Ito"), at(2))
    assert standing(core, at(3)) == set()


def test_an_unverified_alert_that_is_still_open_is_a_trouble_after_a_restart() -> None:
    before, core = Core(), Core()
    before.hear(b"rubbish", at(0))
    core.incidents.restore(before.incidents.all_open(), {})
    assert standing(core, at(1)) == {"unverified-alert-lincoln-204"}


def test_an_internal_error_is_over_ten_minutes_after_the_last_one() -> None:
    core = Core()
    for second in (0, 500):
        core.dispatcher.handle(CallbackFailed("a part", "ValueError()"), at(second))
    assert standing(core, at(1099)) == {"internal-error"}
    assert standing(core, at(1101)) == set()


def relieved(channels: Mapping[ChannelId, Channel]) -> Core:
    """A core whose first address failed twice, until the backup had the report."""
    core = Core(channels=channels)
    core.hear(alert(), at(0))
    for second in (0, 1):
        (first,) = core.launches(at(second))
        core.dispatcher.handle(SendFailed(first.flight, "no answer"), at(second + 0.5))
    assert standing(core, at(2)) == {"endpoint-county-911"}
    flights = {each.flight.channel: each for each in core.launches(at(2))}
    core.receipt(flights[BACKUP], at(2))
    core.dispatcher.handle(SendFailed(flights[FIRST].flight, "no answer"), at(2.5))
    return core


def test_an_address_that_was_relieved_and_is_never_probed_is_no_trouble() -> None:
    assert standing(relieved(TWO_CHANNELS), at(3)) == set()


def test_an_address_that_was_relieved_is_a_trouble_until_it_can_be_connected_to() -> None:
    core = relieved(PROBED)
    assert standing(core, at(3)) == {"endpoint-county-911"}
    core.dispatcher.handle(ChannelProbed(FIRST, "refused"), at(4))
    assert standing(core, at(5)) == {"endpoint-county-911"}
    core.dispatcher.handle(ChannelProbed(FIRST, None), at(6))
    assert standing(core, at(7)) == set()


def test_addresses_that_cannot_be_connected_to_are_a_trouble_without_a_press() -> None:
    core = Core(channels=TWO_CHANNELS)
    for second, fault in ((20, "refused"), (40, "refused")):
        assert standing(core, at(second)) == set()
        for channel in (FIRST, BACKUP):
            core.dispatcher.handle(ChannelProbed(channel, fault), at(second))
    assert standing(core, at(41)) == {"endpoint-county-911", "endpoint-county-911/backup"}
    core.dispatcher.handle(ChannelProbed(FIRST, None), at(60))
    assert standing(core, at(61)) == {"endpoint-county-911/backup"}


def test_an_address_that_refuses_reports_is_a_trouble_though_it_can_be_connected_to() -> None:
    core = Core()
    core.hear(alert(), at(0))
    for second in (0, 1):
        (launch,) = core.launches(at(second))
        core.dispatcher.handle(SendFailed(launch.flight, "HTTP 503"), at(second + 0.5))
    core.dispatcher.handle(ChannelProbed(FIRST, None), at(2))
    assert standing(core, at(3)) == {"endpoint-county-911"}


def test_two_units_of_one_name_are_told_while_their_boots_alternate() -> None:
    core = Core()
    for second, boot in ((0, BOOTS[0]), (10, BOOTS[1]), (20, BOOTS[0])):
        assert standing(core, at(second)) == set()
        beat(core, at(second), boot=boot)
    assert standing(core, at(21)) == {"duplicate-unit-lincoln-204"}
    for second in range(30, 150, 10):
        beat(core, at(second), boot=BOOTS[0])
    assert standing(core, at(151)) == set()


def test_a_heartbeat_of_before_a_restart_that_is_played_back_is_no_second_unit() -> None:
    core = Core()
    for second, sent, boot in ((0, 0, BOOTS[0]), (10, 10, BOOTS[1]), (20, 0, BOOTS[0])):
        beat(core, at(sent), boot=boot)
        assert standing(core, at(second)) == set()


def test_a_unit_that_restarts_again_and_again_is_one_unit() -> None:
    core = Core()
    for second in range(0, 300, 10):
        beat(core, at(second), boot=BootId(str(uuid.uuid4())))
        assert standing(core, at(second)) == set()


def test_an_alert_that_the_gateway_lacks_is_asked_for_and_one_that_it_has_is_not() -> None:
    core, press = Core(), alert()
    assert beat(core, at(0), press.alert) == [
        SendProgress(UNIT, press.alert, Stage.PRESSED, Answer.NONE, 1)
    ]
    core.hear(press, at(1))
    assert beat(core, at(10), press.alert) == []  # its disk does not have it yet


def test_an_alert_that_was_closed_is_not_asked_for() -> None:
    core, press = Core(), alert()
    core.keep(core.hear(press, at(0)), at(0))
    (incident,) = core.incidents.all_open()
    core.dispatcher.handle(OperatorActed(incident.id, "close", "Ms Ito"), at(1))
    (answer,) = beat(core, at(10), press.alert)
    assert isinstance(answer, SendProgress)
    assert answer.stage is Stage.CLOSED
    assert Incidents(SITE, Seconds(1.0)).lacks(UNIT, press.alert)


def test_every_trouble_that_was_told_was_told_once_with_its_end() -> None:
    core = Core()
    told = [*core.hear(b"rubbish", at(0)), *core.tick(at(1))]
    (incident,) = core.incidents.all_open()
    core.dispatcher.handle(OperatorActed(incident.id, "close", "Ms Ito"), at(2))
    told += [*core.tick(at(3)), *core.tick(at(4))]
    ended = [each.ended for each in told if isinstance(each, SaveTrouble)]
    assert ended == [None, at(3).wall]
