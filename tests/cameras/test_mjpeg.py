"""Streams of JPEGs over HTTP: what a camera may send, and what is made of it."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cameras.events import Pace
from gateway.cameras.sources.http import LARGEST, HttpCamera
from gateway.cameras.sources.mjpeg import MjpegStream, Pictures
from gateway.cameras.sources.source import CameraError
from tests.cameras import webcam
from tests.cameras.webcam import Manners, Streams, WebCamera
from tests.waiting import patience, until
from wire.ids import Wall

NOW = Wall(5.0)


class Dies:
    """A body whose reading fails as no camera does: http.client, when another thread closed it."""

    def read1(self, *_: object, **__: object) -> bytes:
        raise AttributeError("'NoneType' object has no attribute 'read1'")

    def close(self) -> None:
        pass


A, B = webcam.picture(comment=b"a"), webcam.picture(200, 100, progressive=True)


@pytest.mark.parametrize("bare", [False, True], ids=["with boundaries", "without"])
def test_a_stream_that_is_watched_stays_open_and_gives_each_picture_once(bare: bool) -> None:
    with WebCamera(Streams(bare=bare)) as camera, closing(HttpCamera(camera.url, None)) as source:
        shots = [source.take(Pace.WATCHED).jpeg for _ in range(5)]
        assert len(set(shots)) == 5
        assert camera.connections == 1


@pytest.mark.alone
def test_a_picture_is_new_however_long_nobody_asked() -> None:
    with WebCamera(Streams()) as camera, closing(HttpCamera(camera.url, None)) as source:
        source.take(Pace.INCIDENT)
        before = time.time()
        until(lambda: time.time() - before > 1.0)
        assert time.time() - source.take(Pace.INCIDENT).taken_at < patience(0.8)


def test_at_rest_a_stream_is_opened_for_one_picture_and_closed() -> None:
    with WebCamera(Streams()) as camera, closing(HttpCamera(camera.url, None)) as source:
        source.take(Pace.WATCHED)
        assert [source.take(Pace.REST).jpeg for _ in range(2)]
        assert camera.connections == 3


def take_all(source: HttpCamera, pace: Pace) -> None:
    while source.take(pace):
        pass


def reasons(manners: Manners) -> set[str]:
    """What is said of a stream at rest and when watched."""
    found = set()
    for pace in (Pace.REST, Pace.WATCHED):
        with WebCamera(manners) as camera, closing(HttpCamera(camera.url, None)) as source:
            with pytest.raises(CameraError) as caught:
                take_all(source, pace)
            found.add(str(caught.value))
    return found


def test_a_stream_without_a_picture_is_read_no_further_than_a_picture_may_be_long() -> None:
    def pours() -> Iterator[bytes]:
        while True:
            yield bytes(100_000)

    assert reasons(Streams(pours, every=0)) == {"the camera sends more than 5 MB for a picture"}


def test_a_picture_that_never_ends_is_read_no_further() -> None:
    def grows() -> Iterator[bytes]:
        yield A[:-2]
        while True:
            yield bytes(100_000)

    assert reasons(Streams(grows, every=0, bare=True)) == {
        "the camera sends more than 5 MB for a picture"
    }


def test_a_stream_that_falls_silent_or_ends_is_named() -> None:
    assert reasons(Streams(lambda: iter([A[:50]]), every=0)) == {
        "the camera's picture breaks off before its end",
        "the camera's stream has ended",
    }


def test_a_stream_that_falls_silent_can_be_cut_and_asked_again() -> None:
    with WebCamera(Streams(every=60)) as camera, closing(HttpCamera(camera.url, None)) as source:
        source.take(Pace.WATCHED)
        threading.Timer(0.3, source.cut).start()
        began = time.monotonic()
        with pytest.raises(CameraError):
            source.take(Pace.WATCHED)
        assert time.monotonic() - began < patience(1.5)
        assert source.take(Pace.WATCHED)


@given(st.lists(st.integers(1, 700), max_size=40), st.binary(max_size=30))
def test_pictures_are_found_whatever_the_pieces_and_whatever_lies_between(
    cuts: list[int], between: bytes
) -> None:
    between = between.replace(b"\xff", b"")
    sent = between.join([b"", A, B, A, b""])
    pictures, found = Pictures(LARGEST), []
    for length in [*cuts, *[400] * (len(sent) // 400 + 1)]:
        some, sent = sent[:length], sent[length:]
        if some and (shot := pictures.feed(some, NOW)):
            found.append(shot.jpeg)
    assert found[-1] == A
    assert set(found) <= {A, B}


def test_what_only_begins_like_a_picture_is_passed_over() -> None:
    pictures = Pictures(LARGEST)
    shot = pictures.feed(b"\xff\xd8\xff\x00\xff\xd9" + b"\xff\xd8\xff\xd9" + B, NOW)
    assert shot
    assert shot.jpeg == B


def test_a_picture_is_as_old_as_its_first_byte() -> None:
    pictures = Pictures(LARGEST)
    assert pictures.feed(A + B[:10], Wall(1.0)) == (A, 1.0)
    assert pictures.feed(B[10:20], Wall(2.0)) is None
    assert pictures.feed(B[20:], Wall(3.0)) == (B, 1.0)


def test_a_stream_whose_thread_dies_of_any_fault_says_so() -> None:
    with closing(MjpegStream(Dies(), LARGEST)) as stream:
        for _ in range(2):
            with pytest.raises(CameraError, match="the program failed, not the camera: Attribute"):
                stream.next()
