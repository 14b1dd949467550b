"""What becomes of a picture before anyone else sees it."""

import contextlib
import io
import random
import struct
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps, ImageStat

from gateway.cameras.images.jpeg import NotJpegError, read_jpeg
from gateway.cameras.images.sanitize import LONGEST_SIDE, sanitize
from gateway.cameras.sources.source import CameraError
from tests.cameras.webcam import picture
from tests.waiting import patience
from wire.limits import LARGEST_PICTURE


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


def noise(wide: int, high: int) -> bytes:
    out = io.BytesIO()
    pixels = random.Random(4).randbytes(wide * high * 3)
    Image.frombytes("RGB", (wide, high), pixels).save(out, "JPEG", quality=95)
    return out.getvalue()


def with_exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "principal's office"
    exif.get_ifd(0x8825)[2] = (44.0, 58.0, 30.0)  # GPS latitude
    return picture(exif=exif, comment=b"serial 4711")


def claiming(jpeg: bytes, wide: int, high: int) -> bytes:
    """The same bytes with another size in the header."""
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", high, wide) + jpeg[at + 4 :]


def test_a_picture_that_is_fit_is_not_coded_anew() -> None:
    assert sanitize(picture(1280, 720)) == picture(1280, 720)


def test_a_large_picture_becomes_small_and_keeps_its_shape() -> None:
    assert opened(sanitize(picture(3840, 2160))).size == (1280, 720)
    # Of more than the decoder may give at once it gives a quarter of the width.
    small = sanitize(picture(4000, 3000))
    assert opened(small).size == (1000, 750)
    assert len(small) <= LARGEST_PICTURE


@pytest.mark.parametrize("size", [(1280, 720), (3000, 2000), (1280, 1280), (60_000, 16)])
def test_even_noise_fits(size: tuple[int, int]) -> None:
    small = sanitize(noise(*size))
    assert len(small) <= LARGEST_PICTURE
    assert max(opened(small).size) <= LONGEST_SIDE


def test_place_text_and_comment_are_gone() -> None:
    given = with_exif()
    assert b"Exif" in given
    assert b"4711" in given
    kept = sanitize(given)
    assert not opened(kept).getexif()
    assert not any(word in kept for word in (b"Exif", b"4711", b"principal"))


def test_metadata_goes_also_where_the_picture_stays_as_it_is() -> None:
    kept = sanitize(picture(comment=b"serial 4711", icc_profile=bytes(500)))
    assert kept == picture()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_camera_mounted_on_its_side_gives_an_upright_picture(orientation: int) -> None:
    exif, corner = Image.Exif(), Image.new("RGB", (64, 48))
    exif[0x0112] = orientation
    corner.paste((255, 255, 255), (0, 0, 16, 16))
    out = io.BytesIO()
    corner.save(out, "JPEG", exif=exif)
    upright = ImageOps.exif_transpose(opened(out.getvalue()))
    found = opened(sanitize(out.getvalue()))
    assert found.size == upright.size
    apart = ImageChops.difference(found.convert("L"), upright.convert("L"))
    assert ImageStat.Stat(apart).mean[0] < 2


def test_what_follows_the_picture_is_gone() -> None:
    assert sanitize(picture() + b"<script>alert(1)</script>") == picture()


def test_a_progressive_or_cmyk_picture_becomes_a_plain_one() -> None:
    cmyk = io.BytesIO()
    Image.new("CMYK", (3000, 20)).save(cmyk, "JPEG")
    for each in (picture(progressive=True), cmyk.getvalue()):
        plain = sanitize(each)
        assert read_jpeg(plain).baseline
        assert opened(plain).mode == "RGB"


@pytest.mark.parametrize("size", [(50_000, 50_000), (65_535, 65_535), (6400, 6400)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    began = time.perf_counter()
    with pytest.raises(CameraError, match="too big to decode"):
        sanitize(claiming(picture(), *size))
    assert time.perf_counter() - began < patience(0.05)


def test_a_picture_of_endless_scans_is_refused() -> None:
    given = picture(3000, 3000, progressive=True)
    scan = given[given.rindex(b"\xff\xda") : -2]
    with pytest.raises(CameraError, match="too big to decode: 3000 x 3000 pixels in 1"):
        sanitize(given[:-2] + scan * 100 + b"\xff\xd9")


@pytest.mark.parametrize(
    "given",
    [b"", b"\xff", b"\xff\xd8", b"\xff\xd8\xff\xd9", b"<html>", b"\xff\xd8" + b"\xff" * 999],
)
def test_what_is_no_picture_is_refused_in_words(given: bytes) -> None:
    with pytest.raises(CameraError, match="the camera returned an unusable image: "):
        sanitize(given)


def test_half_a_picture_is_refused() -> None:
    given = noise(200, 200)
    with pytest.raises(CameraError, match="breaks off"):
        sanitize(given[: len(given) // 2])


@settings(max_examples=300)
@given(st.integers(2, 3000), st.binary(min_size=1, max_size=40))
def test_a_damaged_picture_gives_a_picture_or_a_camera_error(at: int, damage: bytes) -> None:
    for good in (with_exif(orientation=6), picture(1400, 20, progressive=True)):
        with contextlib.suppress(CameraError):
            assert read_jpeg(sanitize(good[:at] + damage + good[at + len(damage) :])).baseline


@given(st.binary(max_size=300))
def test_any_bytes_are_a_jpeg_or_not(content: bytes) -> None:
    with contextlib.suppress(NotJpegError):
        read_jpeg(b"\xff\xd8" + content)


@pytest.mark.alone
def test_a_fit_picture_costs_less_than_to_write_it_anew() -> None:
    given = noise(500, 300)
    assert len(given) > 100_000

    def cost(work: Callable[[], object]) -> float:
        began = time.thread_time()
        work()
        return time.thread_time() - began

    anew = min(cost(lambda: opened(given).save(io.BytesIO(), "JPEG")) for _ in range(21))
    assert min(cost(lambda: sanitize(given)) for _ in range(21)) < anew
