"""What the conformance kit sends: reports by the schema, pictures that others can read."""

import base64
import hashlib
import io
import json
import uuid
from pathlib import Path

import jsonschema
import pytest
from PIL import Image
from pydantic import ValidationError

from police.conformance.case import Case, SamplePicture, SampleReport
from police.conformance.jpeg import draw_test
from police.conformance.sample import write_report
from wire.ids import Wall

SCHEMA = json.loads(Path("wire/report.schema.json").read_text(encoding="utf-8"))


def test_every_sample_is_a_report_by_the_published_schema_and_says_that_it_is_a_test() -> None:
    pictures = (SamplePicture(camera="hall-2"),)
    asked = SampleReport(presses=2, closed=True, more_rooms=3, doubts=("?",), pictures=pictures)
    report = write_report(uuid.uuid4(), asked, Wall(1_790_000_000.0))
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    assert report["mode"] == "test"
    for words in (report["incident"]["summary"], report["site"]["name"]):
        assert words.startswith("TEST")
    (picture,) = report["pictures"]
    jpeg = base64.b64decode(picture["jpeg"])
    assert hashlib.sha256(jpeg).hexdigest() == picture["sha256"]


@pytest.mark.parametrize("size", [0, 200_000])
def test_the_drawn_picture_is_a_jpeg_that_others_can_read(size: int) -> None:
    jpeg = draw_test("hall-2", size)
    with Image.open(io.BytesIO(jpeg)) as image:
        image.load()
        assert (image.format, image.size) == ("JPEG", (152, 88))
        # The T of TEST: its bar is light, what is below its arm is dark.
        bar, below = image.getpixel((20, 28)), image.getpixel((20, 44))
    assert isinstance(bar, int)
    assert isinstance(below, int)
    assert bar > 200 > 120 > below
    assert size <= len(jpeg) < size + 1000
    assert jpeg != draw_test("hall-3", size)


def test_a_case_with_a_word_that_nobody_knows_is_not_run() -> None:
    with pytest.raises(ValidationError, match="expcet"):
        Case.model_validate({"name": "abc", "promise": "It is good.", "steps": [{"expcet": 1}]})
