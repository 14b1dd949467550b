"""Pictures in reports: what lies ready rides along, the rest follows, silence is named."""

import base64
import hashlib

from gateway.work import Frame
from tests.gateway.core import Core, alert, at
from wire.ids import CameraId, IncidentId, RoomId, Wall

HALL = CameraId("hall-2")


def frame(taken_at: Wall) -> Frame:
    return Frame(HALL, b"\xff\xd8\xff picture", taken_at)


def test_a_frame_of_the_last_2_s_rides_along_in_the_first_report() -> None:
    core = Core()
    core.hear(alert("204"), at(10))
    assert core.path.pictures.looks(at(10)) == [HALL]
    core.path.saw(HALL, frame(at(8.5).wall), "", at(10))
    (shown,) = core.report(at(10))["pictures"]
    assert shown["camera"] == HALL
    assert shown["seconds_from_press"] == -1.49
    assert hashlib.sha256(base64.b64decode(shown["jpeg"])).hexdigest() == shown["sha256"]


def test_the_first_report_does_not_wait_for_a_picture_and_an_update_brings_it() -> None:
    core = Core()
    core.hear(alert("204"), at(10))
    core.path.saw(HALL, frame(at(5).wall), "", at(10))
    (first,) = core.launches(at(10))
    assert '"pictures":[]' in first.body
    core.receipt(first, at(10.1))
    core.path.saw(HALL, frame(at(11).wall), "", at(11))
    update = core.report(at(11))
    assert [each["camera"] for each in update["pictures"]] == [HALL]
    assert update["version"] == 2


def test_a_camera_that_gives_nothing_for_5_s_is_named_with_its_reason() -> None:
    core = Core()
    core.hear(alert("204"), at(10))
    core.receipt(core.launches(at(10))[0], at(10.1))
    assert core.path.saw(HALL, None, "no route to it", at(14.9)) == []
    core.path.saw(HALL, None, "no route to it", at(15))
    update = core.report(at(15))
    assert update["silent_cameras"] == [{"camera": HALL, "reason": "no route to it"}]


def test_a_picture_is_sent_once_and_not_with_every_version() -> None:
    core = Core()
    core.hear(alert("204"), at(10))
    core.path.saw(HALL, frame(at(10).wall), "", at(10))
    core.receipt(core.launches(at(10))[0], at(10.1))
    core.hear(alert("205"), at(11))
    assert core.report(at(11))["pictures"] == []


def test_many_presses_at_once_read_only_a_few_frames_in_a_turn() -> None:
    core = Core()
    watch = core.path.pictures
    for number in range(100):
        watch.want(IncidentId("i"), RoomId("204"), CameraId(f"camera-{number}"), at(0).wall, at(0))
    assert len(watch.looks(at(0))) == 4
