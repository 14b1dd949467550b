"""Live frames at the receiver: taken while somebody looks, in memory alone, and never passed on
as newer than they are."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from police.frame_memory import KEPT, FrameMemory
from police.looks import LOOK_LASTS, VIEWER_LASTS, View, Viewer, Viewers
from police.receiver import SenderName
from tests.police.live import Json, ask, frame, look, parts, send
from tests.police.school import OTHER_SECRET, Receiver, alert, jpeg, picture, report
from tests.waiting import patience, until
from wire.ids import CameraId, IncidentId, Monotonic, Seconds, Wall
from wire.limits import LARGEST_FRAME, LONGEST_LOOK, MOST_LOOKS
from wire.live_frame import LiveFrame

SCHOOL = SenderName("lincoln")
INCIDENT = IncidentId("0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001")


def pictured(receiver: Receiver, *cameras: str, **fields: Any) -> Json:
    """An open incident with a picture of each camera."""
    shots = [picture(jpeg(f"{each} {time.time()}"), each) for each in cameras or ("hall-2",)]
    document = report([alert()], pictures=shots, **fields)
    assert receiver.post(document).status_code == 200
    return document


@contextmanager
def looking(receiver: Receiver, document: Json, *shown: str) -> Iterator[None]:
    """A page that looks until the block ends, and then is closed."""
    ended, viewer = threading.Event(), f"page-{document['incident']['id']}"

    def go_on() -> None:
        while not ended.is_set():
            look(receiver, document, *shown, viewer=viewer, after=2**52)

    page = threading.Thread(target=go_on, daemon=True)
    page.start()
    try:
        until(lambda: cameras(receiver, document) >= {*shown})
        yield
    finally:
        ended.set()
        page.join(10)
        look(receiver, document, viewer=viewer)


def cameras(receiver: Receiver, document: Json) -> set[str]:
    """What the school hears of an incident's cameras."""
    looks, incident = ask(receiver).json()["looks"], document["incident"]["id"]
    return {each["camera"] for each in looks if each["incident"] == incident}


def test_a_school_that_waits_hears_at_once_that_somebody_looks(receiver: Receiver) -> None:
    document = pictured(receiver)
    number = ask(receiver).json()["number"]
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(ask, receiver, number)
        began = time.monotonic()
        with looking(receiver, document, "hall-2"):
            found = waits.result(20).json()
        assert time.monotonic() - began < patience(3), "far below the 20 s that it may wait"
    assert [each["camera"] for each in found["looks"]] == ["hall-2"]


def test_a_frame_that_somebody_looks_at_is_shown_with_its_age(receiver: Receiver) -> None:
    document = pictured(receiver)
    of = {"incident": document["incident"]["id"], "camera": "hall-2", "seconds": LOOK_LASTS}
    with looking(receiver, document, "hall-2"):
        assert of in ask(receiver).json()["looks"]
        assert send(receiver, frame(document, age=1.5)) == 204
        ((head, shown),) = parts(look(receiver, document, "hall-2").content)
    look(receiver, document)
    assert shown == jpeg("hall-2")
    assert 1.5 <= head["age"] < 1.5 + patience(5)
    stored = b"".join(each.read_bytes() for each in receiver.folder.glob("*"))
    assert shown not in stored


def test_nothing_is_taken_that_nobody_looks_at_or_any_more(receiver: Receiver) -> None:
    document = pictured(receiver, "hall-2", "gym-1")
    assert send(receiver, frame(document, "gym-1")) == 410
    with looking(receiver, document, "hall-2"):
        assert send(receiver, frame(document, "gym-1")) == 410
        assert send(receiver, frame(document)) == 204
    assert send(receiver, frame(document)) == 410
    assert cameras(receiver, document) == set()


def test_a_page_that_falls_asleep_looks_at_nothing_some_seconds_later(receiver: Receiver) -> None:
    document = pictured(receiver)
    look(receiver, document, "hall-2", viewer="a-page-that-sleeps")
    assert send(receiver, frame(document)) == 204
    until(lambda: send(receiver, frame(document)) == 410, within=VIEWER_LASTS + 2)


def test_only_cameras_that_a_report_named_can_be_looked_at(receiver: Receiver) -> None:
    document = pictured(receiver)
    for more in ({"incident": "no-such"}, {"sender": "other-school"}):
        assert look(receiver, document, "hall-2", viewer="stray-page", **more).status_code == 204
    assert look(receiver, document, "yard-9", viewer="stray-page").status_code == 204
    assert cameras(receiver, document) == set()


def test_a_closed_incident_has_no_live_cameras(receiver: Receiver) -> None:
    document = pictured(receiver)
    over = {**document["incident"], "status": "closed"}
    with looking(receiver, document, "hall-2"):
        receiver.post({**document, "version": 2, "incident": over})
        until(lambda: send(receiver, frame(document)) == 410)
        assert cameras(receiver, document) == set()


def test_what_is_not_signed_by_that_school_is_refused(receiver: Receiver) -> None:
    document, stranger = pictured(receiver), "whsec_" + "A" * 44
    with looking(receiver, document, "hall-2"):
        assert ask(receiver, secret=stranger).status_code == 401
        assert ask(receiver, name="answers.0.x").status_code == 400
        assert ask(receiver, secret=OTHER_SECRET).json()["looks"] == []
        assert send(receiver, frame(document), secret=stranger) == 401
        assert send(receiver, frame(document), secret=OTHER_SECRET) == 410
        assert send(receiver, frame(document), of="/other-school") == 401
        assert send(receiver, frame(document), of="/lincoln") == 204


def test_what_is_no_frame_is_refused_and_the_next_is_taken(receiver: Receiver) -> None:
    document = pictured(receiver)
    with looking(receiver, document, "hall-2"):
        assert send(receiver, {**frame(document), "type": "incident.report"}) == 422
        assert send(receiver, frame(document, jpeg="A" * LARGEST_FRAME)) == 413
        assert send(receiver, frame(document)) == 204


def test_another_site_s_page_looks_at_nothing(receiver: Receiver) -> None:
    document = pictured(receiver)
    of = {"sender": "lincoln", "incident": document["incident"]["id"], "camera": "hall-2"}
    body = {"viewer": "a-page-of-theirs", "looks": [of]}
    for headers in ({"origin": "http://evil.example"}, {}):
        url = f"{receiver.url}/looks"
        assert receiver.session.post(url, json=body, headers=headers).status_code == 403
    assert cameras(receiver, document) == set()


def at(seconds: float) -> Monotonic:
    return Monotonic(seconds)


def a_frame(camera: str, taken_at: float, size: int = 10) -> LiveFrame:
    jpeg = b"\xff\xd8\xff".ljust(size)
    return LiveFrame(INCIDENT, CameraId(camera), Wall(taken_at), Seconds(0.2), jpeg)


def test_an_older_frame_replaces_no_newer_one_unless_a_clock_was_set_back() -> None:
    memory = FrameMemory()
    assert memory.put(SCHOOL, a_frame("hall-2", 100), at(0))
    assert not memory.put(SCHOOL, a_frame("hall-2", 99), at(1))
    assert memory.put(SCHOOL, a_frame("hall-2", 50), at(4))
    held = memory.newest(SCHOOL, CameraId("hall-2"), at(5))
    assert held
    assert held.frame == a_frame("hall-2", 50)
    assert held.age(at(5)) == pytest.approx(1.2)
    assert memory.newest(SCHOOL, CameraId("hall-2"), at(4 + KEPT)) is None


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(10, 200), st.floats(0, 100)), max_size=60)
)
def test_no_school_makes_the_receiver_hold_more_than_there_is_room_for(
    puts: list[tuple[int, int, float]],
) -> None:
    memory = FrameMemory(room=1_000)
    for number, (camera, size, when) in enumerate(sorted(puts, key=lambda each: each[2])):
        memory.put(SCHOOL, a_frame(f"c-{camera}", number, size), at(when))
        assert memory.size <= 1_000


@given(st.lists(st.tuples(st.integers(0, 4), st.sets(st.integers(0, 12)), st.floats(0, 3))))
def test_a_list_has_another_number_exactly_when_it_is_another_list(
    steps: list[tuple[int, set[int], float]],
) -> None:
    viewers, now, before = Viewers(1), 0.0, viewers_looks(Viewers(1), 0.0)
    for viewer, shown, pause in steps:
        now += pause
        views = [View(SCHOOL, CameraId(f"c-{each}"), (INCIDENT,)) for each in shown]
        viewers.watch(Viewer(str(viewer)), views, at(now))
        number, looks = viewers.looks(SCHOOL, at(now))
        assert len(looks) <= MOST_LOOKS
        assert (number == before[0]) == (set(looks) == before[1]) or before[0] == 2
        before = number, set(looks)
    assert viewers.looks(SCHOOL, at(now + VIEWER_LASTS))[1] == []
    assert LOOK_LASTS <= LONGEST_LOOK


def viewers_looks(viewers: Viewers, now: float) -> tuple[int, set[object]]:
    number, looks = viewers.looks(SCHOOL, at(now))
    return number, set(looks)


def test_the_page_s_script_and_the_receiver_agree_on_how_many_and_how_long() -> None:
    script = Path("police/page/live.js").read_text(encoding="utf-8")
    assert f"const MOST = {MOST_LOOKS};" in script
    assert f"const GONE = {KEPT:g};" in script
