"""The drawing of a unit's wiring shows the pins of the settings, as the README's table does."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from device.settings import ButtonSettings, LampSettings

DRAWING = Path("docs/wiring/unit.svg").read_text(encoding="utf-8")
TOLD = re.sub(r"\s+", " ", "".join(ET.fromstring(DRAWING).itertext()))
# BCM numbers and where they are on the header of each Pi.
PLACES = {17: 11, 27: 13}


def test_the_pins_are_those_of_the_settings_and_of_the_readme() -> None:
    readme = Path("README.md").read_text(encoding="utf-8")
    for pin in (ButtonSettings().pin, LampSettings().pin):
        assert f"GPIO {pin}, pin {PLACES[pin]}" in TOLD
        assert f"GPIO {pin} (pin {PLACES[pin]})" in readme


def test_it_can_be_read_by_who_does_not_see_it_and_asks_for_nothing_elsewhere() -> None:
    assert 'role="img" aria-labelledby="t d"' in DRAWING
    assert re.findall(r"https?://\S+?\"", DRAWING) == ['http://www.w3.org/2000/svg"']
    assert "<script" not in DRAWING
