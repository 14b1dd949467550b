"""Which live frame leaves next: never more than 5 a second, never two of a camera at once."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.pictures.live import EVERY, MOST_BYTES_A_SECOND, LiveSchedule
from gateway.core.values import Now
from wire.ids import CameraId, IncidentId, Monotonic, Seconds, Wall
from wire.limits import FRAMES_A_SECOND, LARGEST_FRAME
from wire.looks import Look

INCIDENT = IncidentId("0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001")
HALL, GYM = CameraId("hall-2"), CameraId("gym-1")
START = 1_000.0


def at(seconds: float) -> Now:
    return Now(Monotonic(START + seconds), Wall(START + seconds))


def looks(*cameras: CameraId, seconds: float = 6.0) -> list[Look]:
    return [Look(INCIDENT, each, Seconds(seconds)) for each in cameras]


def send(schedule: LiveSchedule, seconds: float, took: float = 0.0, size: int = 1_000) -> str:
    """Send what may leave now; returns its camera, or nothing."""
    found = schedule.next(at(seconds))
    if found is None:
        return ""
    schedule.leaves(found[1], Wall(START + seconds), size, at(seconds))
    schedule.came_to(found[1], Seconds(took), at(seconds + took))
    return found[1]


def test_only_what_is_looked_at_leaves_and_ends_by_itself() -> None:
    schedule = LiveSchedule()
    assert send(schedule, 0) == ""
    schedule.watch(looks(HALL, seconds=5), at(0))
    assert [send(schedule, 0), send(schedule, 0.1), send(schedule, 0.2)] == [HALL, "", HALL]
    assert send(schedule, 5) == ""
    assert schedule.watched(at(5)) == []


def test_what_is_told_no_more_stops_at_once() -> None:
    schedule = LiveSchedule()
    schedule.watch(looks(HALL, GYM), at(0))
    schedule.watch(looks(GYM), at(1))
    assert [send(schedule, 1), send(schedule, 1.01)] == [GYM, ""]
    schedule.stop(INCIDENT, GYM)
    assert send(schedule, 2) == ""


def test_looking_away_and_back_is_no_way_around_five_a_second() -> None:
    schedule = LiveSchedule()
    schedule.watch(looks(HALL), at(0))
    assert send(schedule, 0) == HALL
    schedule.watch([], at(0.05))
    schedule.watch(looks(HALL), at(0.1))
    assert [send(schedule, 0.1), send(schedule, EVERY)] == ["", HALL]


def test_the_one_that_has_waited_the_longest_is_next() -> None:
    schedule = LiveSchedule()
    schedule.watch(looks(HALL, GYM), at(0))
    assert [send(schedule, n * 0.25) for n in range(4)] in ([HALL, GYM] * 2, [GYM, HALL] * 2)


def test_a_slow_line_rests_as_long_as_a_frame_took() -> None:
    schedule = LiveSchedule()
    schedule.watch(looks(HALL, GYM), at(0))
    assert send(schedule, 0, took=1.0) in (HALL, GYM)
    assert send(schedule, 1.9) == ""
    assert send(schedule, 2.01)


def test_an_old_frame_or_the_same_once_more_is_no_news() -> None:
    schedule = LiveSchedule()
    schedule.watch(looks(HALL), at(0))
    send(schedule, 0)
    assert not schedule.is_news(HALL, Wall(START), at(0.3))
    assert schedule.is_news(HALL, Wall(START + 0.2), at(0.3))
    assert not schedule.is_news(HALL, Wall(START - 11), at(0.3))


STEP = st.tuples(st.floats(0, 0.5), st.floats(0, 3), st.integers(100, LARGEST_FRAME), st.booleans())


@given(st.lists(STEP, max_size=80))
def test_no_look_makes_more_leave_than_the_bounds_say(
    steps: list[tuple[float, float, int, bool]],
) -> None:
    schedule, now, sent, size_of = LiveSchedule(), 0.0, dict[str, list[float]](), 0
    under_way: list[tuple[float, CameraId, float]] = []
    for pause, took, size, more in steps:
        now += pause
        for ends, camera, lasted in [each for each in under_way if each[0] <= now]:
            schedule.came_to(camera, Seconds(lasted), at(ends))
            under_way.remove((ends, camera, lasted))
        schedule.watch(looks(HALL, GYM, *([CameraId("yard")] if more else [])), at(now))
        if found := schedule.next(at(now)):
            camera = found[1]
            assert camera not in [each for _, each, _ in under_way]
            schedule.leaves(camera, Wall(now), size, at(now))
            under_way.append((now + took, camera, took))
            sent.setdefault(camera, []).append(now)
            size_of += size
    for times in sent.values():
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert all(gap >= 0.999 / FRAMES_A_SECOND for gap in gaps)
    assert size_of <= MOST_BYTES_A_SECOND * now + LARGEST_FRAME
