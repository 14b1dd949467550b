"""What must hold at every moment, whatever happened."""

from tests.simulation.school import Gateway
from tests.simulation.wall import WallUnit
from tests.simulation.world import World
from wire.gateway_troubles import NOT_DELIVERED
from wire.ids import AlertId, Monotonic
from wire.stage import DEADLINES, Answer, Stage

# Ages are written with four digits.
_ROUNDED = 0.0001


def hold(world: World) -> None:
    """Raise AssertionError if anything does not hold."""
    for unit in world.units:
        _lamp_tells_the_truth(world, unit)
        _what_is_late_is_shown(world, unit)
        assert unit.held <= unit.journal.keys(), "called held, and the journal has it not"
        assert not unit.fell, "a lamp fell back, and nobody pressed again"
    assert max(world.named.values(), default=0) <= 1, "two presses bear one name"
    for kept in world.kept.values():
        for alert, presses in kept.alerts.items():
            assert presses <= world.pressed.get(alert, 0), "the police hear of what nobody pressed"
        undated = kept.alerts.items() - kept.dated
        assert not undated, "the police count a press, and nobody tells them when it was"
        for alert, presses in kept.closed.items():
            seen = world.closed.get(alert, 0)
            assert seen >= presses, "the police hear of an end, and nobody closed it"
    for gateway in world.gateways:
        _status_tells_the_truth(world, gateway)
        _lateness_is_a_trouble(world, gateway)
        _each_press_has_its_time(world, gateway)
        assert not gateway.risen(), "what a person closed rose again"
        assert "internal-error" not in gateway.troubles.names, "an event could not be handled"


def _lamp_tells_the_truth(world: World, unit: WallUnit) -> None:
    for alert, row in unit.shown.items():
        match row.stage:
            case Stage.RECEIVED:
                assert world.durable(alert, row.presses), "slow blink, and no disk has it"
            case Stage.DELIVERED:
                assert world.delivered(alert, row.presses), "solid, and nobody has it"
        if row.answer is not Answer.NONE:
            taken = world.covers(_taken(world, row.answer), alert, row.presses)
            assert taken, "an answer that nobody gave"
    for alert, presses in unit.ended.items():
        assert world.covers(world.closed, alert, presses), "off, and nobody closed it"


def _taken(world: World, side: Answer) -> dict[AlertId, int]:
    """How many presses persons of a side saw of each alert that they took."""
    return {alert: by_side.get(side, 0) for alert, by_side in world.taken.items()}


def _status_tells_the_truth(world: World, gateway: Gateway) -> None:
    """What a gateway's disk says of who has an incident, after whatever anybody answered."""
    for incident, told in gateway.status().items():
        alerts = gateway.disk.ever_of(incident).items()
        for each in told.endpoints:
            there = world.kept[each.endpoint].alerts
            truly = sum(there.get(alert, 0) >= presses for alert, presses in alerts)
            assert each.has <= truly, f"status: {each.endpoint} has what it has not"
        nowhere = sum(not world.delivered(alert, presses) for alert, presses in alerts)
        assert told.nowhere >= nowhere, "status: delivered, and nobody has it"


def _lateness_is_a_trouble(world: World, gateway: Gateway) -> None:
    """While nobody outside has an alert, whatever anybody answered."""
    late = [
        alert
        for incident in gateway.incidents.all_open()
        for alert in incident.alerts.values()
        if world.now.mono - alert.heard_at >= DEADLINES[Stage.DELIVERED]
        and not world.delivered(alert.id, alert.presses)
    ]
    told = NOT_DELIVERED.name() in gateway.troubles.names
    assert told or not late or not gateway.alive, "late, and no trouble"


def _each_press_has_its_time(world: World, gateway: Gateway) -> None:
    alerts = (each for found in gateway.incidents.all_open() for each in found.alerts.values())
    for alert in alerts:
        assert alert.dated[-1].press == alert.presses, "a press is counted, and its time is lost"
        for press in alert.further:
            truly = world.when.get((alert.id, press.press), Monotonic(0.0)) - _ROUNDED
            assert press.pressed is None or press.pressed >= truly, "dated before it was"


def _what_is_late_is_shown(world: World, unit: WallUnit) -> None:
    sign = unit.core.sign(world.now.mono)
    shown = bool(sign and sign.not_delivered)
    unsent = [alert for alert, row in unit.shown.items() if row.stage < Stage.DELIVERED]
    late = [a for a in unsent if world.now.mono - unit.since[a] >= DEADLINES[Stage.DELIVERED]]
    assert shown or not late, "late, and not shown"
    assert unsent or not shown, "NOT DELIVERED, and it was"
