"""A picture without an end marker is shown if all its pixels came, and not if it breaks off."""

import pytest

from gateway.cameras.images.sanitize import sanitize
from gateway.cameras.sources.source import CameraError
from tests.cameras import webcam

PHOTOS = {
    "colours": webcam.photo(320, 200),
    "grey": webcam.photo(320, 200, "L"),
    "odd size": webcam.photo(319, 187, quality=90),
    "tiny": webcam.photo(5, 3),
    "full colours": webcam.photo(160, 120, subsampling=0),
    "restarts in each row": webcam.photo(320, 200, restart_marker_rows=1),
    "many restarts": webcam.photo(320, 200, restart_marker_blocks=3),
    "one colour": webcam.picture(320, 200),
    "grey without a pattern": webcam.picture(320, 200, quality=10),
    "large": webcam.photo(1920, 1080),
}


@pytest.mark.parametrize("name", PHOTOS)
def test_a_picture_that_lacks_its_end_marker_alone_is_shown(name: str) -> None:
    jpeg = PHOTOS[name]
    for lacking in (jpeg[:-1], jpeg[:-2], jpeg[:-2] + b"\r\n--x--\r\n"):
        assert sanitize(lacking) == sanitize(jpeg)


@pytest.mark.parametrize("name", [name for name in PHOTOS if name != "tiny"])
def test_a_picture_that_breaks_off_is_not_shown(name: str) -> None:
    jpeg = PHOTOS[name]
    data = jpeg.index(b"\xff\xda") + 20
    for cut in range(data, len(jpeg) - 32, max(1, len(jpeg) // 150)):
        with pytest.raises(CameraError, match=r"breaks off|cut short"):
            sanitize(jpeg[:cut])


def test_a_picture_that_breaks_off_at_a_restart_marker_is_not_shown() -> None:
    jpeg = PHOTOS["restarts in each row"]
    marks = [at for at in range(len(jpeg)) if jpeg[at : at + 2] in RESTARTS]
    assert len(marks) > 8
    for at in marks:
        for cut in (at, at + 1, at + 2):
            with pytest.raises(CameraError, match="a JPEG that breaks off before its end"):
                sanitize(jpeg[:cut])


def test_a_progressive_picture_without_an_end_is_not_shown_as_whole() -> None:
    jpeg = webcam.photo(320, 200, progressive=True)
    with pytest.raises(CameraError, match="a JPEG without its end marker"):
        sanitize(jpeg[:-2])


RESTARTS = {bytes([0xFF, code]) for code in range(0xD0, 0xD8)}
