"""When cameras are asked, what is said of them, and when a worker is given up: numbers alone."""

import pytest

from gateway.cameras.events import Pace
from gateway.cameras.sources.rtsp import RTSP_PATIENCE
from gateway.cameras.supervisor import (
    BEYOND_HELP_AFTER,
    PATIENCE,
    REPLACEMENT_RESTS,
    Ask,
    CameraState,
    ClearFrame,
    Command,
    Cut,
    Replace,
    ShowFrame,
    ShowReason,
    failed,
    needs_restart,
    next_due,
    set_pace,
    start_states,
    tick,
    took,
)
from wire.ids import CameraId, Monotonic, Wall

HALL = CameraId("hall-2")
JPEG = b"\xff\xd8\xff"


def at(seconds: float) -> Monotonic:
    return Monotonic(1000.0 + seconds)


def state() -> CameraState:
    return start_states({HALL: PATIENCE}, at(0))[0]


def asked() -> CameraState:
    return tick(state(), at(0))[0]


def shown() -> CameraState:
    return took(asked(), 1, JPEG, Wall(5.0), at(0.1))[0]


def live_through(
    one: CameraState, seconds: float
) -> tuple[CameraState, list[tuple[float, Command]]]:
    """Let time pass in tenths of a second, with nobody answering."""
    commands: list[tuple[float, Command]] = []
    for tenth in range(round(seconds * 10) + 1):
        one, work = tick(one, at(tenth / 10))
        commands += [(tenth / 10, each) for each in work]
    return one, commands


def test_a_camera_is_asked_at_once_and_not_again_until_it_answers() -> None:
    one, work = tick(state(), at(0))
    assert work == [Ask(Pace.REST)]
    assert tick(one, at(3.9))[1] == []


def test_cameras_are_spread_over_the_first_second() -> None:
    dues = [each.due for each in start_states({CameraId(name): PATIENCE for name in "abcd"}, at(0))]
    assert dues == [at(0), at(0.25), at(0.5), at(0.75)]


def test_a_picture_is_shown_and_the_next_asked_for_a_second_after_this_was() -> None:
    one, work = took(asked(), 1, JPEG, Wall(5.0), at(0.3))
    assert work == [ShowFrame(JPEG, Wall(5.0))]
    assert next_due(one) == at(1.0)


def test_a_slow_camera_is_asked_again_as_soon_as_it_has_answered() -> None:
    assert next_due(took(asked(), 1, JPEG, Wall(5.0), at(1.7))[0]) == at(1.7)


def test_a_failing_camera_is_told_of_once_and_asked_less_and_less_often() -> None:
    one, now, rests, told = state(), at(0), [], []
    for _ in range(6):
        one, _work = tick(one, now)
        one, work = failed(one, 1, "the camera answers 404", now)
        rests.append(next_due(one) - now)
        told += work
        now = next_due(one)
    assert rests == [1, 2, 3, 5, 5, 5]
    assert told == [ShowReason("the camera answers 404")]


def test_a_recovered_camera_is_asked_each_second_again() -> None:
    one, _ = failed(asked(), 1, "the camera answers 503", at(0))
    one, _ = took(tick(one, at(1))[0], 1, JPEG, Wall(5.0), at(1.2))
    assert (one.reason_shown, one.failures, next_due(one)) == (None, 0, at(2))


def test_an_unanswered_camera_is_cut_and_told_of_within_5_s_of_its_last_answer() -> None:
    _, commands = live_through(shown(), 5.0)
    assert commands == [
        (1.0, Ask(Pace.REST)),
        (5.0, Cut()),
        (5.0, ShowReason("no picture within 4 s")),
    ]


def test_the_end_of_a_cut_wait_does_not_change_what_was_told() -> None:
    one, _ = live_through(state(), 4.0)
    one, work = failed(one, 1, "the connection broke", at(4.1))
    assert (one.reason_shown, work, one.failures) == ("no picture within 4 s", [], 1)


def test_an_answer_that_comes_late_is_still_shown() -> None:
    one, _ = live_through(state(), 5.0)
    assert took(one, 1, JPEG, Wall(5.0), at(5.5))[1] == [ShowFrame(JPEG, Wall(5.0))]


def test_an_old_picture_does_not_stay_to_look_alive() -> None:
    _, commands = live_through(shown(), 12.0)
    assert [when for when, work in commands if work == ClearFrame()] == [10.0]


def test_a_worker_that_hangs_is_replaced_and_the_next_waits_a_little() -> None:
    one, commands = live_through(state(), 15.0)
    assert commands[3:] == [
        (10.0, Replace(2)),
        (10.0, ShowReason("the camera did not answer for 10 s")),
        (15.0, Ask(Pace.REST)),
    ]
    assert one.worker == 2


def test_no_more_than_three_workers_are_ever_left_behind() -> None:
    one, commands = live_through(state(), 1000.0)
    replaced = [work for _, work in commands if isinstance(work, Replace)]
    assert len(replaced) == len(one.abandoned) == len(REPLACEMENT_RESTS) == 3
    assert next_due(one) == float("inf")


def test_a_picture_of_a_worker_left_behind_is_not_shown_and_the_worker_forgotten() -> None:
    one, _ = live_through(state(), 16.0)
    after, work = took(one, 1, JPEG, Wall(5.0), at(16.0))
    assert (work, after.abandoned, after.asked) == ([], (), one.asked)


def test_a_camera_whose_worker_hangs_for_ever_is_beyond_help_after_three_minutes() -> None:
    one, _ = live_through(state(), 200.0)
    assert not needs_restart(one, at(BEYOND_HELP_AFTER - 1))
    assert needs_restart(one, at(BEYOND_HELP_AFTER))


def test_a_camera_that_works_again_through_its_next_worker_is_not_beyond_help() -> None:
    one, _ = live_through(state(), 15.0)
    one, _ = took(one, 2, JPEG, Wall(5.0), at(15.2))
    assert one.abandoned
    assert not needs_restart(one, at(500))


def test_a_camera_that_only_fails_never_costs_the_others_a_restart() -> None:
    one, now = state(), at(0)
    while now < at(1000):
        one, _ = tick(one, now)
        one, _ = failed(one, 1, "the camera cannot be reached", at(now - 1000 + 3.5))
        now = next_due(one)
    assert not needs_restart(one, now)


def test_time_alone_never_asks_for_a_tick_that_has_nothing_to_do() -> None:
    one = state()
    while (now := next_due(one)) < float("inf"):
        one, work = tick(one, now)
        assert work, f"nothing to do at {now}"
    assert len(one.abandoned) == 3


@pytest.mark.parametrize("answered", [took, failed])
def test_an_answer_nobody_awaits_changes_nothing(answered: object) -> None:
    given = (JPEG, Wall(5.0)) if answered is took else ("why",)
    assert answered(state(), 7, *given, at(1)) == (state(), [])  # type: ignore[operator]


def test_a_camera_that_is_needed_is_asked_at_once_and_more_often() -> None:
    one = set_pace(shown(), Pace.WATCHED, at(0.3))
    assert next_due(one) == at(0.3)
    one, work = tick(one, at(0.3))
    assert work == [Ask(Pace.WATCHED)]
    assert next_due(took(one, 1, JPEG, Wall(5.3), at(0.35))[0]) == at(0.5)


def test_a_camera_that_fails_is_asked_no_sooner_because_it_is_needed() -> None:
    one, _ = failed(asked(), 1, "the camera answers 404", at(0.1))
    assert next_due(set_pace(one, Pace.WATCHED, at(0.2))) == at(1.1)


def test_a_stream_may_take_longer_to_answer_and_is_told_of_within_30_s() -> None:
    one = start_states({HALL: RTSP_PATIENCE}, at(0))[0]
    _, commands = live_through(one, 20.0)
    assert commands[1:3] == [(10.0, Cut()), (10.0, ShowReason("no picture within 10 s"))]
