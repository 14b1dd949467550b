"""What the lamp and the buzzer say, stage by stage."""

from itertools import combinations

import pytest

from device.display import Display
from device.lamp import (
    BEEP,
    DARK,
    DOUBLE_PULSE,
    FAST_BLINK,
    LAMP,
    LONG_GAP,
    NAG,
    NOT_DELIVERED,
    SLOW_BLINK,
    SOLID,
    TRIPLE_FLASH,
    TRIPLE_FLASH_AND_LONG,
    Indication,
    Pattern,
    buzzer_pattern,
    lamp_pattern,
    level,
    next_change,
)
from wire.ids import Monotonic
from wire.stage import Answer, Stage

NOW = Monotonic(1000.0)
# By answer: of nobody, of the school, of the receiver.
TRUTH = {
    Stage.PRESSED: (FAST_BLINK, FAST_BLINK, FAST_BLINK),
    Stage.STORED: (FAST_BLINK, FAST_BLINK, FAST_BLINK),
    Stage.RECEIVED: (SLOW_BLINK, SLOW_BLINK, SLOW_BLINK),
    Stage.DELIVERED: (SOLID, LONG_GAP, DOUBLE_PULSE),
    Stage.CLOSED: (DARK, DARK, DARK),
}
LATE = (TRIPLE_FLASH, TRIPLE_FLASH_AND_LONG, TRIPLE_FLASH_AND_LONG)
SHOWN = list(dict.fromkeys([each for row in (*TRUTH.values(), LATE) for each in row]))
PAIRS = list(combinations(SHOWN, 2))


@pytest.mark.parametrize("answer", list(Answer))
@pytest.mark.parametrize("stage", list(Stage))
def test_the_lamp_tells_stage_and_answer_as_designed(stage: Stage, answer: Answer) -> None:
    assert lamp_pattern(Indication(stage, False, answer)) is TRUTH[stage][answer]
    assert lamp_pattern(Indication(stage, True, answer)) is LATE[answer]
    assert set(LAMP) == set(Stage)
    assert set(NOT_DELIVERED) == set(Answer)


@pytest.mark.parametrize("answer", list(Answer))
def test_with_any_answer_not_delivered_begins_with_its_three_flashes(answer: Answer) -> None:
    three = TRIPLE_FLASH.steps[:-1]
    assert NOT_DELIVERED[answer].steps[: len(three)] == three


def test_without_an_open_alert_lamp_and_buzzer_are_off() -> None:
    assert (lamp_pattern(None), buzzer_pattern(None)) == (DARK, DARK)


def test_only_what_the_police_have_is_lit_most_of_the_time() -> None:
    def lit(pattern: Pattern) -> float:
        whole = sum(seconds for _, seconds in pattern.steps)
        return sum(seconds for on, seconds in pattern.steps if on) / whole

    for stage, by_answer in LAMP.items():
        for pattern in by_answer.values():
            assert (lit(pattern) > 0.8) == (stage is Stage.DELIVERED)
    assert all(lit(pattern) < 0.3 for pattern in NOT_DELIVERED.values())


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_no_two_patterns_look_alike(one: Pattern, other: Pattern) -> None:
    moments = [Monotonic(NOW + n / 50) for n in range(200)]
    differ = sum(level(one, NOW, at) != level(other, NOW, at) for at in moments)
    assert differ > 20


@pytest.mark.parametrize("pattern", SHOWN)
def test_no_pattern_flashes_more_than_3_times_in_any_second(pattern: Pattern) -> None:
    levels = [level(pattern, NOW, Monotonic(NOW + n / 100)) for n in range(1000)]
    rises = [n for n in range(1, 1000) if levels[n] and not levels[n - 1]]
    assert all(sum(start <= n < start + 100 for n in rises) <= 3 for start in range(900))


@pytest.mark.parametrize("pattern", [*SHOWN, BEEP, NAG])
def test_a_level_lasts_until_the_next_change(pattern: Pattern) -> None:
    at = NOW
    for _ in range(20):
        change = next_change(pattern, NOW, at)
        assert change > at
        before = Monotonic(min(change, at + 3600) - 1e-6)
        assert level(pattern, NOW, before) == level(pattern, NOW, at)
        at = Monotonic(min(change, at + 3600))


def test_the_buzzer_beeps_once_as_a_press_is_accepted() -> None:
    assert buzzer_pattern(Indication(Stage.PRESSED, not_delivered=False)) is BEEP
    assert level(BEEP, NOW, Monotonic(NOW + 0.05))
    assert not level(BEEP, NOW, Monotonic(NOW + 0.5))


def test_the_buzzer_nags_until_the_press_is_delivered() -> None:
    assert buzzer_pattern(Indication(Stage.RECEIVED, not_delivered=True)) is NAG
    assert buzzer_pattern(Indication(Stage.DELIVERED, not_delivered=False)) is DARK


class Seen:
    def __init__(self) -> None:
        self.shown: list[tuple[bool, bool]] = []

    def pressed(self) -> bool:
        return False

    def show(self, lamp: bool, buzzer: bool) -> None:
        self.shown.append((lamp, buzzer))


def test_the_panel_is_told_of_changes_alone() -> None:
    seen, at = Seen(), NOW
    display = Display(seen, at)
    for _ in range(3):
        display.show(Indication(Stage.RECEIVED, not_delivered=False), at)
        display.show(Indication(Stage.RECEIVED, not_delivered=False), at)
        at = display.next_change(at)
    assert [lamp for lamp, _ in seen.shown] == [True, True, False]
    assert [buzzer for _, buzzer in seen.shown] == [True, False, False]
