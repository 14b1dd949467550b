"""A school of 500 units loads its page in under a second, and the page updates itself."""

import statistics
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.accessibility import SCREENS
from tests.console.test_fleet_page import log_in
from tests.console.units import units_school
from tests.waiting import patience

pytestmark = [pytest.mark.browser, pytest.mark.alone]

UNITS, PRESSES = 500, 20
# From the click to the last row, by the browser's own clock.
_DRAWN = f"() => document.querySelectorAll('#rooms tr').length === {UNITS} && performance.now()"
# The bytes that came over the network, and those of the document.
_SENT = "() => performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/state'))[0]"


@pytest.mark.timeout(300)
def test_500_units_load_in_under_a_second_and_a_dead_one_turns_red_by_itself(
    tmp_path: Path, browser: Browser
) -> None:
    with units_school(tmp_path, UNITS, PRESSES) as school:
        for screen in SCREENS:
            context = browser.new_context(**screen.options)
            page = log_in(context.new_page(), school)
            took = []
            for _ in range(5):
                page.goto(f"{school.url}/units")
                drawn = page.wait_for_function(_DRAWN, timeout=patience(10) * 1000).json_value()
                took.append(drawn / 1000)
            sent = page.evaluate(f"({_SENT})().toJSON()")
            middle = statistics.median(took)
            print(f"{screen}: {middle:.2f} s ({min(took):.2f} s to {max(took):.2f} s),", end=" ")
            print(f"{sent['encodedBodySize']} of {sent['decodedBodySize']} bytes sent")
            assert middle < patience(1)
            context.close()
        page = log_in(browser.new_page(), school)
        page.goto(f"{school.url}/units")
        row = page.locator("#rooms tr", has_text="Room 321")
        expect(row).to_have_attribute("data-reach", "yes", timeout=patience(15) * 1000)
        school.troubles["321"], began = ("stuck-button",), time.monotonic()
        expect(row).to_have_attribute("data-reach", "no", timeout=patience(10) * 1000)
        print(f"a unit's trouble was on the page {time.monotonic() - began:.1f} s after it said so")
        page.close()
