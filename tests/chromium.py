"""The browser of tests: a real Chromium without a window, or a skip where there is none."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

# It is often run as root, and must ask nobody on the internet.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    found = shutil.which("chromium")
    if not found:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=[*FLAGS, *flags])
        yield browser
        browser.close()
