"""How every run ends: with all healed but one fault, and then with all healed."""

from enum import Enum, auto

from gateway.core.supervision.damping import WHILE
from gateway.core.values import ChannelId
from tests.simulation.invariants import hold
from tests.simulation.police import Manner
from tests.simulation.school import CHANNELS, A, B
from tests.simulation.world import World
from wire.ids import AlertId
from wire.moves import Move
from wire.stage import Stage

# Long enough for the slowest repeat, the longest pause between tries and a standby's wait.
HEALTHY_S = 30
# A press is with the police within so long, whichever single part is broken.
PROMISED_S = 8
# While nothing happens there is only a heartbeat so often.
_BEAT_S = 10.0
# An alert is doubted until its incident is closed.  What a unit sent before its restart may arrive
# here after what it sent since, as by no broker: for two minutes that looks like two units.
_LASTING_TROUBLES = ("unverified-alert-", "duplicate-unit-")


class Lasting(Enum):
    """What nobody mends; every promise must be kept without it."""

    NOTHING = auto()
    PRIMARY = auto()
    STANDBY = auto()
    WIRE_TO_PRIMARY = auto()
    WIRE_TO_STANDBY = auto()
    NEWS_FOR_STANDBY = auto()
    DISKS = auto()
    COUNTY = auto()
    COUNTYS_FIRST_ADDRESS = auto()
    STATE = auto()
    STATE_AND_STANDBY = auto()


_DEAD = {Lasting.PRIMARY: 0, Lasting.STANDBY: 1, Lasting.STATE_AND_STANDBY: 1}
_CUT = {Lasting.WIRE_TO_PRIMARY: 0, Lasting.WIRE_TO_STANDBY: 1}
_AWAY = {Lasting.COUNTY: A, Lasting.STATE: B, Lasting.STATE_AND_STANDBY: B}


def heal(world: World, but: Lasting) -> None:
    """Every part works again, `but` for one."""
    for channel, police in world.police.items():
        first = but is Lasting.COUNTYS_FIRST_ADDRESS and channel == ChannelId(A)
        away = first or _AWAY.get(but) == CHANNELS[channel]
        police.manner = Manner.HANGS if away else Manner.GOOD
    for gateway in world.gateways:
        gateway.overheard = but is not Lasting.NEWS_FOR_STANDBY
        gateway.disk.refuses = but is Lasting.DISKS
        if _DEAD.get(but) == gateway.number:
            gateway.crash()
        elif not gateway.alive:
            gateway.start()
        gateway.broker(up=True)
    for unit in world.units:
        unit.refuses = but is Lasting.DISKS
        for number in (0, 1):
            unit.link(number, number != _CUT.get(but), world.now.mono)


def presses_arrive_without(world: World, fault: Lasting) -> None:
    """With all but `fault` healed every open alert is delivered, and a new press in time."""
    heal(world, fault)
    world.settle(HEALTHY_S)
    _each_lamp_says_delivered(world, fault)
    fresh = [(unit, world.press(unit)) for unit in world.units]
    world.settle(PROMISED_S)
    for unit, alert in fresh:
        row = unit.shown[alert]
        assert row.stage >= Stage.DELIVERED, f"a press without {fault} was late"
        for endpoint in (A, B):
            there = world.covers(world.kept[endpoint].alerts, alert, row.presses)
            away = endpoint == _AWAY.get(fault)
            assert away or there, f"{endpoint} was late without {fault}"


def all_arrives(world: World, journaled: dict[AlertId, int], committed: dict[AlertId, int]) -> None:
    """With all healed, what a journal held is with the police, and what a gateway's disk held is
    with all of them; and nothing is wrong any more.
    """
    heal(world, Lasting.NOTHING)
    world.settle(HEALTHY_S)
    _each_lamp_says_delivered(world, Lasting.NOTHING)
    for alert, presses in journaled.items():
        assert world.delivered(alert, presses), "a journaled press was never delivered"
    for kept in world.kept.values():
        for alert, presses in committed.items():
            assert kept.alerts.get(alert, 0) >= presses, "a committed press was never delivered"
            over = any(alert in gateway.disk.closed() for gateway in world.gateways)
            there = world.covers(kept.newest, alert, presses)
            assert over or there, "the newest version lacks what is open"
        for gateway in world.gateways:
            assert gateway.disk.persons() <= kept.persons, "a person's words were never told"
            for alert, presses in gateway.disk.closed().items():
                assert kept.closed.get(alert, 0) >= presses, "an end was never told"
    _everybody_agrees_where_it_belongs(world)
    if _standing(world):  # what came and went too often stands until it has stayed away
        world.settle(int(WHILE / _BEAT_S) + 2, _BEAT_S)
    standing = _standing(world)
    assert not standing, f"nothing is wrong, and {standing} stand"


def _standing(world: World) -> list[str]:
    names = (name for gateway in world.gateways for name in gateway.troubles.names)
    return [each for each in names if not each.startswith(_LASTING_TROUBLES)]


def _everybody_agrees_where_it_belongs(world: World) -> None:
    """Each alert stands where its newest move says, and all hold the same one, or none.

    A gateway may know an incident by a name of its own: which ones are one is said by the alerts.
    """
    for gateway in world.gateways:
        found = gateway.incidents.all_open()
        names = {incident.reported_as for incident in found}
        for incident in found:
            for alert in incident.alerts:
                move = incident.moves.get(alert)
                there = not move or incident.reported_as == move.to or move.to not in names
                assert there, "an alert is not where its move says"
                _is_known(world, alert, move)


def _is_known(world: World, alert: AlertId, move: Move | None) -> None:
    for gateway in world.gateways:
        other = gateway.incidents.of_alert(alert)
        assert not other or other.moves.get(alert) == move, "two gateways differ on a move"
    for kept in world.kept.values():
        assert kept.moves.get(alert) == move, "an endpoint holds another move"


def nothing_rises(world: World) -> None:
    """After a restart everything that was ever said comes once more: that raises nothing anew."""
    for gateway in world.gateways:
        gateway.crash()
        gateway.start()
    for letter in dict.fromkeys(world.network.past):
        world.deliver(letter)
    world.turn()
    hold(world)


def _each_lamp_says_delivered(world: World, fault: Lasting) -> None:
    for unit in world.units:
        for alert, row in unit.shown.items():
            assert row.stage >= Stage.DELIVERED, f"without {fault} a unit heard of no delivery"
            assert world.delivered(alert, row.presses), f"without {fault} a lamp is solid by a lie"
