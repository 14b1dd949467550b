"""What counts as a press: the named traces, and the laws behind them."""

import random
from collections import deque
from collections.abc import Iterable
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.debounce import Contact, begin, edge, is_stuck, next_sample, sample
from tests.device.fakes import Change, Trace, traces
from wire.ids import Monotonic, Seconds

START = Monotonic(1000.0)


def play(trace: Iterable[Change], lasts: float, hold: float = 0.0) -> tuple[Contact, list[float]]:
    """Feed the trace with samples at the times that the contact asks for; return the presses."""
    contact, level = begin(START, Seconds(hold)), False
    presses: list[float] = []
    changes = deque(trace)
    while True:
        due = next_sample(contact) - START
        if changes and changes[0].at <= due:
            at, level, lost = changes.popleft()
            if lost:
                continue
            contact, press = edge(contact, Monotonic(START + at), level)
        elif due <= lasts:
            contact, press = sample(contact, Monotonic(START + due), level)
        else:
            return contact, presses
        if press is not None:
            presses.append(press - START)


def clean(*steps: tuple[float, float]) -> list[Change]:
    """Presses: (pressed for, then released for)."""
    times = accumulate([0.0, *(seconds for step in steps for seconds in step)])
    return [Change(at, n % 2 == 0, False) for n, at in enumerate(times)][:-1]


@pytest.mark.parametrize("trace", traces(), ids=lambda trace: trace.name)
def test_a_named_trace_gives_its_number_of_presses(trace: Trace) -> None:
    _, presses = play(trace.changes, trace.lasts)
    assert len(presses) == trace.alerts


def test_a_press_is_stamped_with_the_first_edge_of_its_run() -> None:
    glitch, pause, chatter = (0.005, 0.1), (0.008, 0.004), (0.1, 0.3)
    _, presses = play(clean(glitch, pause, chatter), 0.6)
    assert presses == pytest.approx([0.105])


def test_a_press_is_told_when_it_is_complete_and_not_before() -> None:
    contact, _ = edge(begin(START), Monotonic(START + 0.060), True)
    for at in (0.060, 0.064, 0.068, 0.072, 0.076):
        contact, press = sample(contact, Monotonic(START + at), True)
        assert press is None
    assert next_sample(contact) == pytest.approx(START + 0.078)
    contact, _ = sample(contact, next_sample(contact), True)
    assert next_sample(contact) == pytest.approx(START + 0.080)
    assert sample(contact, next_sample(contact), True)[1] == pytest.approx(START + 0.060)


def test_two_presses_are_two_if_150_ms_lie_between_and_one_if_not() -> None:
    assert len(play(clean((0.1, 0.151), (0.1, 0.3)), 0.8)[1]) == 2
    assert len(play(clean((0.1, 0.149), (0.1, 0.3)), 0.8)[1]) == 1


def test_a_button_in_mains_pickup_is_armed_again_after_a_press() -> None:
    pickup = [(0.010, 0.010)] * 60
    _, presses = play(clean((0.2, 0.01), *pickup, (0.2, 0.2)), 2.0)
    assert len(presses) == 2


def test_a_button_that_must_be_held_counts_when_it_was_held() -> None:
    assert play(clean((2.9, 0.3)), 4.0, hold=3.0)[1] == []
    assert len(play(clean((3.1, 0.3)), 4.0, hold=3.0)[1]) == 1
    assert len(play(clean((1.5, 0.02), (1.6, 0.3)), 4.0, hold=3.0)[1]) == 1


def test_a_button_pressed_for_30_s_is_stuck_until_it_is_released() -> None:
    contact, presses = play(clean((31.0, 2.0)), 30.5)
    assert is_stuck(contact, Monotonic(START + 30.0))
    assert not is_stuck(contact, Monotonic(START + 29.9))
    contact, presses = play(clean((31.0, 2.0)), 32.0)
    assert not is_stuck(contact, Monotonic(START + 32.0))
    assert len(presses) == 1


def test_a_press_is_seen_without_any_edge_within_75_ms() -> None:
    contact, presses = play([Change(5.0, True, True)], 5.075)
    assert len(presses) == 1
    assert contact.edge_missed


def test_the_first_edge_after_lost_ones_ends_the_deafness() -> None:
    contact, _ = play([Change(5.0, True, True), Change(5.3, False, False)], 5.5)
    assert not contact.edge_missed


def test_an_edge_older_than_the_last_one_counts_as_simultaneous() -> None:
    contact, _ = edge(begin(START), Monotonic(START + 0.1), True)
    contact, _ = edge(contact, Monotonic(START + 0.09), False)
    _, press = edge(contact, Monotonic(START + 0.11), True)
    assert press is None


def test_a_sample_does_not_delay_an_edge_that_is_under_way() -> None:
    contact, _ = sample(
        begin(START), Monotonic(START + 0.010), True
    )  # the edge of 0.009 comes late
    contact, _ = edge(contact, Monotonic(START + 0.009), True)
    _, press = edge(contact, Monotonic(START + 0.030), False)
    assert press == START + 0.009


def test_a_sample_after_a_standstill_proves_nothing_of_what_lay_between() -> None:
    contact, _ = edge(begin(START), START, True)
    contact, press = sample(
        contact, Monotonic(START + 0.050), True
    )  # pickup, its edges still queued
    assert press is None
    contact, _ = edge(contact, Monotonic(START + 0.010), False)
    _, press = edge(contact, Monotonic(START + 0.045), True)
    assert press is None


def test_at_rest_the_button_is_read_20_times_a_second() -> None:
    contact, _ = sample(begin(START), START, False)
    assert next_sample(contact) - START == pytest.approx(0.050)


SHORT = st.floats(0.0001, 0.3)


@given(st.lists(st.tuples(SHORT, SHORT), max_size=20), st.lists(st.floats(0, 3), max_size=30))
def test_samples_between_the_edges_never_change_the_decision(
    steps: list[tuple[float, float]], samples: list[float]
) -> None:
    changes = clean(*steps)
    contact, presses, level = begin(START), [], False
    events = sorted([(c.at, 0, c.pressed) for c in changes] + [(at, 1, False) for at in samples])
    for at, is_sample, pressed in events:
        feed = sample if is_sample else edge
        level = level if is_sample else pressed
        contact, press = feed(contact, Monotonic(START + at), level)
        presses += [] if press is None else [press]
    assert presses == by_edges_alone(changes)


def by_edges_alone(changes: list[Change]) -> list[float]:
    contact = begin(START)
    presses: list[float] = []
    for at, pressed, _ in changes:
        contact, press = edge(contact, Monotonic(START + at), pressed)
        presses += [] if press is None else [press]
    return presses


@given(st.lists(st.tuples(st.floats(0.0001, 0.019), st.floats(0.0001, 0.1)), max_size=40))
def test_noise_of_at_most_19_ms_is_never_a_press(steps: list[tuple[float, float]]) -> None:
    total = sum(pressed for pressed, _ in steps)
    scale = min(1.0, 0.019 / total) if total else 1.0
    scaled = [(pressed * scale, released) for pressed, released in steps]
    assert play(clean(*scaled), sum(map(sum, scaled)) + 0.3)[1] == []


@given(st.lists(st.tuples(st.floats(0.040, 0.4), st.floats(0.151, 1.0)), min_size=1, max_size=10))
def test_every_clean_press_of_40_ms_is_one_press(steps: list[tuple[float, float]]) -> None:
    assert len(play(clean(*steps), sum(map(sum, steps)))[1]) == len(steps)


@given(st.floats(0.001, 0.003), st.lists(st.floats(0.040, 0.4), min_size=1, max_size=10))
def test_a_clean_press_counts_once_however_late_the_samples(late: float, held: list[float]) -> None:
    contact, presses, at, level = begin(START), 0, 0.0, False
    for pressed, lasts in [(p, s) for seconds in held for p, s in ((True, seconds), (False, 0.2))]:
        contact, press = edge(contact, Monotonic(START + at), pressed)
        presses += press is not None
        end, level = at + lasts, pressed
        while (due := next_sample(contact) + late - START) < end:
            contact, press = sample(contact, Monotonic(START + due), level)
            presses += press is not None
        at = end
    assert presses == len(held)


@pytest.mark.parametrize("seed", range(4))
def test_a_floating_line_read_at_random_never_makes_a_press(seed: int) -> None:
    line, contact, longest, samples = random.Random(seed), begin(START), 0, 0
    while next_sample(contact) < START + 60:
        samples += 1
        contact, press = sample(contact, next_sample(contact), line.random() < 0.5)
        longest = max(longest, contact.mismatches)
        assert press is None
    assert samples > 2_000
    assert longest < 30


@pytest.mark.parametrize("seed", range(2))
def test_a_line_that_flutters_faster_than_a_kilohertz_never_makes_a_press(seed: int) -> None:
    line = random.Random(seed)
    changes = clean(*((line.expovariate(3500), line.expovariate(3500)) for _ in range(30_000)))
    assert play(changes, changes[-1].at)[1] == []
