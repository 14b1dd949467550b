"""A console under a name that a browser trusts, and a browser that finds it."""

from contextlib import AbstractContextManager

from playwright.sync_api import Browser

from tests.console.school import ConsoleSchool, OwnConsole
from tests.passkeys import browser_that_trusts, make_certificate

NAME = "console.test"


class NamedConsole(OwnConsole):
    """Another console of the same school, at `https://console.test`."""

    def __init__(self, school: ConsoleSchool, with_codes: str = "") -> None:
        self.folder = school.folder
        self.spki = make_certificate(school.folder, NAME)
        more = f'url = "https://{NAME}"\ncert = "named.crt"\nkey = "named.key"'
        super().__init__(school, with_codes, more, f'passkeys_at = "{NAME}"')
        self.url = f"https://{NAME}:{self.port}"

    def browser(self) -> AbstractContextManager[Browser]:
        """A browser that trusts it."""
        return browser_that_trusts(NAME, self.spki)
