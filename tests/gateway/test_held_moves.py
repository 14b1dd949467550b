"""A receipt says which moves its endpoint holds: what a crash lost comes back, and all agree."""

import json
import re

import pytest

from gateway.core.delivery.attempt import Delivered
from gateway.core.effects import Effect, SaveMove, SendReport
from gateway.core.events import OperatorActed, ResponseReceived
from gateway.core.formats.receipt import Receipt
from gateway.core.formats.report_receipt import judge_receipt
from gateway.core.held_moves import HeldMoves
from gateway.core.incidents.incident import Incident
from gateway.core.moving import AlertMoves
from gateway.core.pictures.schedule import SnapshotSchedule
from tests.gateway.core import EPOCH, POLICE, SITE, Core, alert, at, told
from wire.ids import AlertId, IncidentId, Wall
from wire.limits import LARGEST_NUMBER, MOST_MOVES_HELD
from wire.moves import PERSONS, Move, write_move
from wire.stage import Stage

APART = IncidentId("ffffffff-5e6c-4a35-8a92-1de6f1a7b001")
EARLIER = IncidentId("00000000-5e6c-4a35-8a92-1de6f1a7b002")


def move(number: int, to: IncidentId = APART, by: str = "") -> Move:
    return Move(number, to, EARLIER, by, Wall(EPOCH))


def answer(core: Core, launch: SendReport, held: dict[AlertId, Move], now: float) -> list[Effect]:
    """The endpoint names all alerts of a report, and says which moves it holds."""
    named = [each["id"] for each in json.loads(launch.body)["alerts"]]
    moves = [write_move(*each) for each in held.items()]
    body = json.dumps({"receipt": "r", "alerts": named, "moves": moves}).encode()
    return core.dispatcher.handle(ResponseReceived(launch.flight, 200, body), at(now))


def pressed() -> tuple[Core, AlertId, SendReport]:
    core, message = Core(), alert()
    core.keep(core.hear(message, at(0)), at(0))
    return core, message.alert, core.launches(at(0))[0]


def holder(core: Core, name: AlertId) -> Incident:
    incident = core.incidents.of_alert(name)
    assert incident
    return incident


def splits(core: Core, name: AlertId, now: float) -> SendReport:
    """A person splits the alert off; returns the report that tells of it, as it leaves."""
    source = holder(core, name).id
    deed = OperatorActed(source, "split", "Ms Hill", seen={name: 1}, detail=APART)
    core.dispatcher.handle(deed, at(now))
    return next(each for each in core.launches(at(now)) if each.flight.incident == APART)


def test_a_move_that_is_lost_here_comes_back_from_who_was_told_it_and_the_receipt_counts() -> None:
    core, name, launch = pressed()
    work = answer(core, launch, {name: move(7, by="Ms Hill")}, 0.1)
    assert told(work) == [Stage.DELIVERED]
    assert [each.move for each in work if isinstance(each, SaveMove)] == [move(7, by="Ms Hill")]
    assert holder(core, name).id == APART
    assert holder(core, name).events[-1].text == f"room 204: as {POLICE} was told"
    assert json.loads(core.launches(at(9))[-1].body)["moves"][0]["to"] == APART


def test_a_later_move_is_made_again_above_a_lost_one_that_bears_its_number_or_a_higher() -> None:
    for ahead in (0, 1, 10**9):
        core, name, launch = pressed()
        answer(core, launch, {}, 0.1)
        report = splits(core, name, 1)
        ours = holder(core, name).moves[name]
        lost = ours._replace(number=ours.number + ahead, to=IncidentId("f" + APART[1:-1] + "9"))
        answer(core, report, {name: lost}, 1.1)
        assert holder(core, name).id == APART
        assert holder(core, name).moves[name] > lost


def test_what_an_endpoint_was_told_later_by_the_other_gateway_undoes_nothing() -> None:
    core, name, launch = pressed()
    answer(core, launch, {}, 0.1)
    answer(core, splits(core, name, 1), {}, 1.1)
    newer = holder(core, name).moves[name]._replace(to=EARLIER)
    newer = newer._replace(number=newer.number + 1)
    core.hear(alert(name=name, presses=2), at(2))
    answer(core, core.launches(at(2))[-1], {name: newer}, 2.1)
    assert holder(core, name).moves[name] == newer


def test_a_person_who_split_what_a_gateway_places_anew_has_their_way() -> None:
    core, name, launch = pressed()
    answer(core, launch, {}, 0.1)
    core.dispatcher.handle(OperatorActed(holder(core, name).id, "all-clear", "Hill"), at(1))
    core.hear(alert(name=name, presses=2), at(2))
    report = next(each for each in core.launches(at(2)) if b'"presses":2' in each.body.encode())
    assert name in holder(core, name).made
    answer(core, report, {name: move(PERSONS + 1, by="Ms Hill")}, 2.1)
    assert holder(core, name).id == APART


def test_nothing_is_moved_into_what_is_over() -> None:
    core, name, launch = pressed()
    ended = holder(core, name).id
    answer(core, launch, {}, 0.1)
    core.dispatcher.handle(OperatorActed(ended, "close", "Hill"), at(1))
    second = alert("205")
    core.keep(core.hear(second, at(2)), at(2))
    report = next(each for each in core.launches(at(2)) if second.alert in each.body)
    answer(core, report, {second.alert: move(7, ended)}, 2.1)
    assert holder(core, second.alert).id != ended
    assert holder(core, second.alert).moves[second.alert].number > 7


def test_an_endpoint_that_always_holds_another_move_is_not_listened_to_for_ever() -> None:
    core, name, _ = pressed()
    moves = AlertMoves(SITE, core.incidents, core.outbox, SnapshotSchedule())
    held = HeldMoves(core.incidents, core.outbox, moves, most=3)
    work = [
        held.compare(POLICE, Delivered("r", (), moves={name: move(number)}), frozenset(), at(1))
        for number in range(1, 9)
    ]
    assert [bool(each) for each in work] == [True] * 3 + [False] * 5


@pytest.mark.parametrize(
    "found", [None, 7, [7], [{}], {"a": 1}, [{"alert": "x"}], [{"number": LARGEST_NUMBER}]]
)
def test_rubbish_for_moves_costs_no_receipt(found: object) -> None:
    _, name, launch = pressed()
    body = json.dumps({"receipt": "r", "alerts": [name], "moves": found}).encode()
    verdict = judge_receipt(ResponseReceived(launch.flight, 200, body))
    assert verdict == Receipt("r", frozenset([name]))


def test_a_number_that_no_gateway_can_have_told_and_more_than_fit_are_left_out() -> None:
    _, name, launch = pressed()
    names = [re.sub("^.{4}", f"{each:04x}", name) for each in range(MOST_MOVES_HELD + 9)]
    moves = [write_move(AlertId(each), move(7)) for each in names]
    moves[0] |= {"number": LARGEST_NUMBER}
    body = json.dumps({"receipt": "r", "alerts": [name], "moves": moves}).encode()
    verdict = judge_receipt(ResponseReceived(launch.flight, 200, body))
    assert isinstance(verdict, Receipt)
    assert list(verdict.moves) == names[1:MOST_MOVES_HELD]
