"""Who has answered an alert: a fact of its own, that hides nothing of its delivery."""

from itertools import permutations

import pytest

from device.lamp import Indication
from device.work import AnswerHeard, Save
from tests.device.fakes import ROOM
from tests.device.test_unit import A, B, hear, pressed, told_at
from wire.ids import Monotonic, Seconds
from wire.stage import Answer, Stage

NEWS = [
    (Stage.STORED, Answer.NONE),
    (Stage.RECEIVED, Answer.RECEIVER),
    (Stage.RECEIVED, Answer.SCHOOL),
    (Stage.DELIVERED, Answer.NONE),
]


@pytest.mark.parametrize("order", list(permutations(NEWS)))
def test_news_in_any_order_ends_in_the_same_stage_and_answer(
    order: tuple[tuple[Stage, Answer], ...],
) -> None:
    unit, _ = pressed()
    for stage, answer in order + order:
        hear(unit, 100.1, stage, answer=answer)
    assert unit.sign(Monotonic(100.1)) == Indication(Stage.DELIVERED, False, Answer.RECEIVER)


@pytest.mark.parametrize("answer", [Answer.SCHOOL, Answer.RECEIVER])
def test_after_an_answer_not_delivered_stays_and_the_alert_is_repeated(
    answer: Answer,
) -> None:
    unit, _ = pressed(now=100.0)
    work = hear(unit, 100.0, Stage.RECEIVED, answer=answer)
    assert AnswerHeard(A, ROOM, answer, Seconds(0.0)) in work
    assert unit.sign(Monotonic(116.0)) == Indication(Stage.RECEIVED, True, answer)
    assert unit.late(Monotonic(116.0)) == {Stage.DELIVERED}
    assert told_at(unit, 112.0) == pytest.approx([5, 10], abs=0.02)


def test_who_presses_again_has_no_answer_yet() -> None:
    unit, _ = pressed()
    hear(unit, 100.1, Stage.DELIVERED, answer=Answer.RECEIVER)
    _, save, _ = unit.press(Monotonic(110.0), Monotonic(110.0), B, None)
    assert isinstance(save, Save)
    assert save.row.answer is Answer.NONE
