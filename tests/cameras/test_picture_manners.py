"""A picture is whole when its own markers say so, whatever the camera says around it."""

from collections.abc import Sequence
from contextlib import closing

import pytest

from gateway.cameras.events import Pace
from gateway.cameras.images.jpeg import NotJpegError, without_end
from gateway.cameras.images.sanitize import sanitize
from gateway.cameras.sources.http import HttpCamera
from gateway.cameras.sources.source import CameraError
from tests.cameras import webcam
from tests.cameras.webcam import Caller, Manners, WebCamera

JPEG = webcam.picture(320, 200, comment=b"one")
ENDLESS = JPEG[:-2]
PHOTO = webcam.photo(320, 200)
OK = b"HTTP/1.1 200 OK\r\n"
TYPE = b"Content-Type: image/jpeg\r\n"
STREAM = OK + b"Content-Type: multipart/x-mixed-replace; boundary=x\r\n\r\n"
PART = b"--x\r\nContent-Type: image/jpeg\r\n\r\n"


def sends(*pieces: bytes, stays: bool = False) -> Manners:
    """Write these pieces, then hang up, or keep the connection open and say no more."""

    def manners(caller: Caller) -> None:
        caller.close_connection = True
        for piece in pieces:
            caller.wfile.write(piece)
            caller.wfile.flush()
        if stays:
            caller.wait()

    return manners


SNAPSHOTS: dict[str, tuple[Sequence[bytes], bool]] = {
    "a length too long": ([OK + TYPE + b"Content-Length: 999999\r\n\r\n", JPEG], False),
    "a length too long, kept open": ([OK + TYPE + b"Content-Length: 999999\r\n\r\n", JPEG], True),
    "no length, kept open": ([OK + TYPE + b"\r\n", JPEG], True),
    "no length": ([OK + TYPE + b"\r\n", JPEG], False),
    "in small pieces": ([OK + TYPE + b"\r\n", *(bytes([each]) for each in JPEG)], True),
    "chunks without an end": (
        [OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(JPEG) + JPEG + b"\r\n"],
        True,
    ),
    "no type": ([OK + b"\r\n", JPEG], False),
    "another type": ([OK + b"Content-Type: text/plain\r\n\r\n", JPEG], False),
    "blank lines first": ([OK + TYPE + b"\r\n\r\n \r\n\n", JPEG], False),
    "rubbish behind": ([OK + TYPE + b"\r\n", JPEG, b"<!-- served by camera -->"], False),
    "no end marker": ([OK + TYPE + b"Content-Length: %d\r\n\r\n" % len(ENDLESS), ENDLESS], False),
    "no end marker, hangs up": ([OK + TYPE + b"\r\n", ENDLESS], False),
    "a stream without a type": ([OK + b"\r\n", b"--x\r\n\r\n", JPEG, b"\r\n--x"], True),
    "blank lines, then a stream": ([OK + b"\r\n\r\n\r\n--x\r\n\r\n", JPEG], True),
    "one picture called a stream": ([STREAM, JPEG], True),
    "parts without names": ([STREAM, b"--x\r\nimage/jpeg\r\n\r\n", JPEG, b"\r\n--x\r\n"], True),
    "parts with lengths that lie": (
        [STREAM, b"--x\r\nContent-Length: 3\r\n\r\n", JPEG, b"\r\n--x\r\n"],
        True,
    ),
    "parts without end markers": ([STREAM, PART + ENDLESS + b"\r\n", PART + ENDLESS], True),
    "a last part without an end marker": ([STREAM, PART + ENDLESS + b"\r\n--x--\r\n"], False),
}


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_a_picture_is_found_by_its_own_markers(name: str) -> None:
    pieces, stays = SNAPSHOTS[name]
    with (
        WebCamera(sends(*pieces, stays=stays)) as camera,
        closing(HttpCamera(camera.url, None)) as source,
    ):
        assert [sanitize(source.take(Pace.REST).jpeg) for _ in range(2)] == [sanitize(JPEG)] * 2


def test_a_watched_stream_whose_pictures_have_no_end_is_shown() -> None:
    shots = [webcam.picture(64 + n)[:-2] for n in range(3)]
    parts = [PART + each + b"\r\n" for each in shots]
    with (
        WebCamera(sends(STREAM, *parts, PART, stays=True)) as camera,
        closing(HttpCamera(camera.url, None)) as source,
    ):
        assert sanitize(source.take(Pace.WATCHED).jpeg)[:-2] in shots


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [
        ([OK + TYPE + b"\r\n"], "the camera sends nothing"),
        ([OK + TYPE + b"Content-Length: 0\r\n\r\n"], "the camera sends nothing"),
        (
            [OK + b"Content-Type: image/png\r\n\r\n\x89PNG\r\n"],
            "the camera sends no JPEG but image/png",
        ),
        ([OK + TYPE + b"\r\n", JPEG[:50]], "picture breaks off before its end"),
        ([STREAM, PART + JPEG[:50]], "picture breaks off before its end"),
        ([OK + TYPE + b"Content-Length: 9999\r\n\r\n", ENDLESS], "the connection broke"),
    ],
)
def test_what_holds_no_picture_is_said_in_words(pieces: list[bytes], reason: str) -> None:
    with (
        WebCamera(sends(*pieces)) as camera,
        closing(HttpCamera(camera.url, None)) as source,
        pytest.raises(CameraError, match=reason),
    ):
        source.take(Pace.REST)


@pytest.mark.parametrize("head", [OK + TYPE + b"\r\n", STREAM + PART], ids=["alone", "in a stream"])
@pytest.mark.parametrize("length", [0.3, 0.6, 0.9, 0.99])
def test_half_a_picture_that_ends_with_the_connection_is_not_shown(
    head: bytes, length: float
) -> None:
    half = PHOTO[: int(len(PHOTO) * length)]
    with (
        WebCamera(sends(head, half)) as camera,
        closing(HttpCamera(camera.url, None)) as source,
        pytest.raises(CameraError, match="a JPEG that breaks off before its end"),
    ):
        sanitize(source.take(Pace.REST).jpeg)


@pytest.mark.parametrize("length", [3, 20, 100, 300])
def test_what_has_no_pixels_yet_is_not_repaired(length: int) -> None:
    with pytest.raises(NotJpegError):
        without_end(JPEG[:length])
