"""What a page must be like on every screen: axe-core finds nothing, and nothing is cut off."""

from typing import Any, NamedTuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()
# The elements that reach over the right edge of the window.
_CUT_OFF = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((each) => each.getBoundingClientRect().right > wide + 1)
    .map((each) => each.outerHTML.slice(0, 120));
}"""


class Screen(NamedTuple):
    """A window, by day or by night."""

    width: int
    height: int
    colours: str

    @property
    def options(self) -> dict[str, Any]:
        """What a browser's context is made with; what moves would be caught half-way."""
        return {"viewport": {"width": self.width, "height": self.height}, **self.media}

    @property
    def media(self) -> dict[str, Any]:
        """The same without the window's size."""
        return {"color_scheme": self.colours, "reduced_motion": "reduce"}

    def __str__(self) -> str:
        return f"{self.width}-{self.colours}"


SCREENS = (Screen(390, 844, "light"), Screen(1024, 768, "dark"), Screen(1440, 900, "light"))


def findings(page: Page) -> list[str]:
    """Every rule that the page breaks, with each element that breaks it and why."""
    return [
        f"{rule['id']}: {node['html'][:160]} {(node['any'] or node['all'] or node['none'])[:1]}"
        for rule in _AXE.run(page).response["violations"]
        for node in rule["nodes"]
    ]


def judge(page: Page) -> None:
    """Fail if axe-core finds anything on the page as it stands, or something is cut off."""
    assert findings(page) == []
    assert page.evaluate(_CUT_OFF) == []
