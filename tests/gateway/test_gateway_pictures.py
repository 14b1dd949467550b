"""Pictures in reports: they leave right behind the first one, and silence is named."""

import base64
import hashlib
import tracemalloc

from gateway.core.dispatcher import Dispatcher
from gateway.core.effects import RequestFrames, SavePastFrames, SavePicture
from gateway.core.pictures.schedule import MOST_FOLLOWED, SnapshotSchedule
from gateway.core.values import Frame, Now
from tests.gateway.core import POLICE, REGISTER, SITE, Core, alert, at
from wire.ids import CameraId, IncidentId, RoomId, Wall

HALL = CameraId("hall-2")


def frame(taken_at: Wall) -> Frame:
    return Frame(HALL, b"\xff\xd8\xff picture", taken_at)


def test_a_frame_of_the_last_2_s_leaves_right_behind_the_first_report() -> None:
    core = Core()
    core.hear(alert("204"), at(10))
    assert core.dispatcher.cameras_due(at(10)) == [HALL]
    core.dispatcher.on_frame(HALL, frame(at(8.5).wall), "", at(10))
    (first,) = core.launches(at(10))
    assert '"pictures":[]' in first.body
    core.receipt(first, at(10.01))
    (shown,) = core.report(at(10.01))["pictures"]
    assert shown["camera"] == HALL
    assert shown["seconds_from_press"] == -1.49
    assert hashlib.sha256(base64.b64decode(shown["jpeg"])).hexdigest() == shown["sha256"]


def test_the_first_report_does_not_wait_for_a_picture_and_an_update_brings_it() -> None:
    core = Core()
    core.hear(alert("204"), at(10))
    core.dispatcher.on_frame(HALL, frame(at(5).wall), "", at(10))
    (first,) = core.launches(at(10))
    assert '"pictures":[]' in first.body
    core.receipt(first, at(10.1))
    core.dispatcher.on_frame(HALL, frame(at(11).wall), "", at(11))
    update = core.report(at(11))
    assert [each["camera"] for each in update["pictures"]] == [HALL]
    assert update["version"] > first.flight.version


def test_a_camera_that_gives_nothing_is_named_within_5_s_with_its_reason() -> None:
    core = Core()
    core.hear(alert("204"), at(10))
    core.receipt(core.launches(at(10))[0], at(10.1))
    assert core.dispatcher.on_frame(HALL, None, "no route to it", at(14.4)) == []
    core.dispatcher.on_frame(HALL, None, "no route to it", at(15))
    update = core.report(at(15))
    assert update["silent_cameras"] == [{"camera": HALL, "reason": "no route to it"}]


def test_a_picture_is_sent_once_and_not_with_every_version() -> None:
    core = Core()
    core.hear(alert("204"), at(10))
    core.dispatcher.on_frame(HALL, frame(at(10).wall), "", at(10))
    core.receipt(core.launches(at(10))[0], at(10.1))
    core.hear(alert("205"), at(11))
    assert core.report(at(11))["pictures"] == []


def test_many_presses_at_once_read_only_a_few_frames_in_a_turn() -> None:
    watch = SnapshotSchedule()
    for number in range(100):
        watch.want(IncidentId("i"), RoomId("204"), CameraId(f"camera-{number}"), at(0).wall, at(0))
    assert len(watch.cameras_due(at(0))) == 4


def looked_at(watch: SnapshotSchedule, seconds: float, every: float = 0.1) -> list[float]:
    """The seconds after which a picture was given, of a camera that gives one each half second."""
    given = []
    for step in range(round(seconds / every) + 1):
        now = at(step * every)
        for camera in watch.cameras_due(now):
            newest = frame(Wall(now.wall - now.wall % 0.5))
            given += [step * every for found in watch.saw(camera, newest, "", now) if found.keep]
    return [round(each, 1) for each in given]


def followed(cameras: int = 1) -> SnapshotSchedule:
    watch = SnapshotSchedule()
    for number in range(cameras):
        name = HALL if cameras == 1 else CameraId(f"camera-{number}")
        watch.want(IncidentId("i"), RoomId("204"), name, at(0).wall, at(0))
    return watch


def test_a_press_is_shown_at_once_after_1_2_and_5_s_and_every_10_s() -> None:
    assert looked_at(followed(), 41.0) == [0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0]


def test_a_closed_incident_wants_nothing_more() -> None:
    watch = followed()
    watch.forget(IncidentId("i"))
    assert looked_at(watch, 20.0) == []
    assert watch.followed(at(20)) == ()
    assert watch.next_due() == float("inf")


def test_the_same_frame_is_never_given_twice() -> None:
    watch, still = followed(), frame(at(0).wall)
    found = [watch.saw(HALL, still, "", at(tenth / 10)) for tenth in range(19)]
    assert sum(map(len, found)) == 1


def test_a_clock_that_is_set_back_neither_ends_the_pictures_nor_shows_an_old_one() -> None:
    watch, hour = followed(), 3600.0
    watch.saw(HALL, frame(at(0).wall), "", at(0))
    later = Now(at(10).mono, Wall(at(10).wall - hour))
    assert [each.keep for each in watch.saw(HALL, frame(at(0).wall), "", later)] == [None]
    (shown,) = watch.saw(HALL, frame(later.wall), "", Now(at(20).mono, later.wall))
    assert shown.keep


def test_a_camera_that_dies_under_way_is_named_once_and_its_pictures_go_on_when_it_returns() -> (
    None
):
    watch = followed()
    watch.saw(HALL, frame(at(0).wall), "", at(0))
    told = [each for t in range(10, 200) for each in watch.saw(HALL, None, "dark", at(t / 10))]
    assert [each.what.reason for each in told] == ["dark"]  # type: ignore[union-attr]
    (back,) = watch.saw(HALL, frame(at(20).wall), "", at(20.1))
    assert back.keep


def test_only_the_cameras_of_the_newest_presses_are_followed() -> None:
    watch = followed(MOST_FOLLOWED + 3)
    names = watch.followed(at(0))
    assert len(names) == MOST_FOLLOWED
    assert CameraId("camera-0") not in names


def test_the_camera_process_is_told_each_second_whom_an_open_incident_needs() -> None:
    core = Core()
    core.hear(alert("204"), at(10))
    assert RequestFrames((HALL,)) in core.tick(at(10))
    assert not any(isinstance(each, RequestFrames) for each in core.tick(at(10.5)))
    assert RequestFrames((HALL,)) in core.tick(at(11))


def test_a_picture_for_the_report_is_also_kept_and_what_was_before_the_press() -> None:
    core = Core()
    work = core.hear(alert("204"), at(10))
    (past,) = [each for each in work if isinstance(each, SavePastFrames)]
    assert (past.camera, past.pressed_at) == (HALL, at(9.99).wall)
    (kept,) = core.dispatcher.on_frame(HALL, frame(at(10).wall), "", at(10))
    assert isinstance(kept, SavePicture)
    assert (kept.incident, kept.room) == (past.incident, "204")


def test_a_camera_that_shows_something_again_is_silent_no_longer() -> None:
    core = Core()
    core.hear(alert("204"), at(10))
    core.receipt(core.launches(at(10))[0], at(10.1))
    core.dispatcher.on_frame(HALL, None, "no route to it", at(15))
    core.receipt(core.launches(at(15))[0], at(15.1))
    core.dispatcher.on_frame(HALL, frame(at(20).wall), "", at(20))
    assert core.report(at(20))["silent_cameras"] == []


def test_after_a_restart_the_pictures_of_an_open_incident_go_on() -> None:
    core = Core()
    core.hear(alert("204"), at(10))
    again = Dispatcher(SITE, REGISTER, core.incidents, core.outbox, core.troubles, at(20))
    again.restored(core.incidents.all_open(), {POLICE: set()}, Now(at(20).mono, at(20).wall))
    core.dispatcher = again
    assert RequestFrames((HALL,)) in core.tick(at(20))


def test_a_camera_that_had_nothing_is_looked_at_again_a_little_later() -> None:
    watch = followed()
    assert watch.cameras_due(at(0)) == [HALL]
    watch.saw(HALL, None, "dark", at(0))
    assert watch.cameras_due(at(0)) == []
    assert watch.cameras_due(at(0.1)) == [HALL]


def test_pictures_that_come_for_hours_take_no_more_memory_than_the_last_ones() -> None:
    core, jpeg = Core(), bytes(100_000)
    core.hear(alert("204"), at(10))
    core.receipt(core.launches(at(10))[0], at(10.1))
    tracemalloc.start()
    try:
        for number in range(100):
            now = at(20.0 + 10 * number)
            core.dispatcher.on_frame(HALL, Frame(HALL, jpeg, now.wall), "", now)
            (update,) = core.launches(now)
            core.receipt(update, now)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 5_000_000
