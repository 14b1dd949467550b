"""What must hold at every moment, whatever happened."""

from tests.simulation.wall import WallUnit
from tests.simulation.world import World
from wire.ids import AlertId
from wire.stage import PATIENCE, Stage


def hold(world: World) -> None:
    """Raise AssertionError if anything does not hold."""
    for unit in world.units:
        _lamp_tells_the_truth(world, unit)
        _what_is_late_is_shown(world, unit)
        assert unit.held <= unit.journal.keys(), "called held, and the journal has it not"
        assert not unit.fell, "a lamp fell back, and nobody pressed again"
    for kept in world.kept.values():
        for alert, presses in kept.alerts.items():
            assert presses <= world.pressed.get(alert, 0), "the police hear of what nobody pressed"
    for gateway in world.gateways:
        assert not gateway.risen(), "what a person closed rose again"
        assert "fault-in-program" not in gateway.troubles.names, "an event could not be handled"


def _lamp_tells_the_truth(world: World, unit: WallUnit) -> None:
    for alert, row in unit.shown.items():
        match row.stage:
            case Stage.RECEIVED:
                there = max(world.durable(alert), world.gone.get(alert, 0))
                assert there >= row.presses, "slow blink, and no disk has it"
            case Stage.SENT:
                assert world.delivered(alert, row.presses), "solid, and nobody has it"
            case Stage.CONFIRMED:
                taken = _seen(world, alert, Stage.CONFIRMED)
                assert taken >= row.presses, "double pulse, and nobody took it"
    for alert, presses in unit.ended.items():
        assert _seen(world, alert, Stage.CLOSED) >= presses, "off, and nobody closed it"


def _seen(world: World, alert: AlertId, stage: Stage) -> int:
    """How many presses persons saw of an alert that they took to `stage` or further."""
    done = world.persons.get(alert, {})
    return max((presses for to, presses in done.items() if to >= stage), default=0)


def _what_is_late_is_shown(world: World, unit: WallUnit) -> None:
    sign = unit.core.sign(world.now.mono)
    shown = bool(sign and sign.not_delivered)
    unsent = [alert for alert, row in unit.shown.items() if row.stage < Stage.SENT]
    late = [a for a in unsent if world.now.mono - unit.since[a] >= PATIENCE[Stage.SENT]]
    assert shown or not late, "late, and not shown"
    assert unsent or not shown, "NOT DELIVERED, and it was"
