"""wire/vectors/looks and wire/vectors/frames: what live views say, good and bad, a case a file."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from wire.errors import WireError
from wire.limits import LARGEST_FRAME, LARGEST_PICTURE
from wire.live_frame import LiveFrame, read_frame, write_frame
from wire.looks import read_looks, write_looks
from wire.moment import write_moment

VECTORS = Path("wire/vectors")


def cases(kind: str) -> dict[str, dict[str, Any]]:
    files = sorted((VECTORS / kind).iterdir())
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}


def body(case: dict[str, Any]) -> bytes:
    """The bytes of a case: `text`, so often `repeated`; @ is a JPEG of so many `jpeg_bytes`."""
    jpeg = base64.b64encode(b"\xff\xd8\xff".ljust(case.get("jpeg_bytes", 0), b"\0")).decode()
    text: str = case["text"] * case.get("repeated", 1)
    return text.replace("@", jpeg).encode()


def as_json(frame: LiveFrame) -> dict[str, Any]:
    jpeg = base64.b64encode(frame.jpeg).decode()
    return {**frame._asdict(), "taken_at": write_moment(frame.taken_at), "jpeg": jpeg}


LOOKS, FRAMES = cases("looks"), cases("frames")
GOOD_LOOKS = [name for name in LOOKS if "looks" in LOOKS[name]]
GOOD_FRAMES = [name for name in FRAMES if "frame" in FRAMES[name]]


@pytest.mark.parametrize("name", GOOD_LOOKS)
def test_looks_are_read_as_they_were_meant_and_a_bad_one_stops_no_other(name: str) -> None:
    case, read = LOOKS[name], read_looks(body(LOOKS[name]))
    assert [each._asdict() for each in read.looks] == case["looks"]
    assert (read.number, len(read.faults)) == (case["number"], case["faults"])
    assert "".join(read.faults).isprintable()
    assert read_looks(write_looks(read.number, read.looks)).looks == read.looks


@pytest.mark.parametrize("name", GOOD_FRAMES)
def test_a_frame_is_read_as_it_was_meant_and_means_the_same_when_we_write_it(name: str) -> None:
    case, frame = FRAMES[name], read_frame(body(FRAMES[name]))
    expected = json.loads(body({**case, "text": json.dumps(case["frame"])}))
    assert as_json(frame) == expected
    assert read_frame(write_frame(frame).encode()) == frame


@pytest.mark.parametrize("name", sorted({*LOOKS} - {*GOOD_LOOKS}))
def test_what_does_not_say_who_looks_is_refused(name: str) -> None:
    with pytest.raises(WireError, match=LOOKS[name]["error"]):
        read_looks(body(LOOKS[name]))


@pytest.mark.parametrize("name", sorted({*FRAMES} - {*GOOD_FRAMES}))
def test_what_is_no_frame_is_refused_for_the_reason_named(name: str) -> None:
    with pytest.raises(WireError, match=FRAMES[name]["error"]):
        read_frame(body(FRAMES[name]))


def test_every_case_says_why_and_its_name_says_whether_it_is_good() -> None:
    for name, case in (LOOKS | FRAMES).items():
        assert case["why"], name
        assert name.startswith("bad-") == ("error" in case), name


def test_the_largest_picture_fits_into_the_largest_frame() -> None:
    frame = read_frame(body(FRAMES["largest"]))
    assert len(frame.jpeg) == LARGEST_PICTURE
    assert len(write_frame(frame)) < LARGEST_FRAME
    with pytest.raises(WireError, match="the most"):
        write_frame(frame._replace(jpeg=frame.jpeg + b"\0"))
