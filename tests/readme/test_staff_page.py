"""docs/staff.html: its pictures show what the lamp does, each pattern once, on one printed page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from device import lamp
from device.lamp import LAMP, NOT_DELIVERED, Pattern, level
from scripts.drawings.lamps import NAMES, SECONDS, WIDTH
from tests.chromium import chromium
from wire.ids import Monotonic

PAGE = Path("docs/staff.html").read_text(encoding="utf-8")


def lit(name: str) -> Iterator[tuple[float, float]]:
    """When the picture of a pattern is lit, in seconds."""
    (picture,) = re.findall(rf"<!-- {name} -->(.*?)<!-- /{name} -->", PAGE, re.DOTALL)
    for x, width in re.findall(r'<rect x="([\d.]+)".*?width="([\d.]+)".*?class="lit"', picture):
        yield float(x) / WIDTH * SECONDS, (float(x) + float(width)) / WIDTH * SECONDS


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_lit_when_the_lamp_is(name: str) -> None:
    pattern: Pattern = getattr(lamp, name)
    moments = [0.005 + step / 100 for step in range(int(SECONDS * 100))]
    shown = [any(on <= at < off for on, off in lit(name)) for at in moments]
    assert shown == [level(pattern, Monotonic(0.0), Monotonic(at)) for at in moments]


def test_every_pattern_that_a_lamp_can_show_is_on_the_page() -> None:
    shown = [getattr(lamp, name) for name in NAMES]
    assert all(
        pattern in shown for row in (*LAMP.values(), NOT_DELIVERED) for pattern in row.values()
    )


@pytest.mark.browser
def test_it_prints_on_one_page(tmp_path: Path) -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.goto(Path("docs/staff.html").absolute().as_uri())
        printed = page.pdf(path=tmp_path / "staff.pdf", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
