"""Sends one notice over one carrier, by apprise, and says what came of it without a secret."""

import logging
import re
from functools import cache
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

import apprise

from gateway.core.notices.words import Words
from wire.clean import clean

_LONGEST_ANSWER: Final = 200
# What is shorter stands in ordinary words, and would be blotted out there.
_SHORTEST_SECRET: Final = 4
_HIDDEN: Final = "…"
_STAMP: Final = re.compile(r"^[\d ,:.-]+ - [A-Z]+ - ", re.MULTILINE)


class CarrierAnswer(NamedTuple):
    """Whether the carrier took it, and in which words it said so."""

    reached: bool
    words: str


def carry(url: str, words: Words) -> CarrierAnswer:
    """Send it; may take as long as a network does.  Never raises for what a carrier does."""
    with apprise.LogCapture(level=logging.INFO) as said:  # type: ignore[no-untyped-call]
        carrier = apprise.Apprise.instantiate(url, asset=_asset())
        if carrier is None:
            return CarrierAnswer(False, "the address cannot be used: see docs/notices.md")
        reached = carrier.notify(
            title=words.title, body=words.body, body_format=apprise.NotifyFormat.TEXT
        )
        told = said.getvalue()
    return CarrierAnswer(bool(reached), answer_in(told, url) or ("sent" if reached else "not sent"))


def prepare() -> None:
    """Load what every notice needs, which takes a second: before the first one has to go out."""
    apprise.Apprise.instantiate("json://127.0.0.1", asset=_asset())


@cache
def _asset() -> apprise.AppriseAsset:
    """No plugins but apprise's own, nothing kept on disk, nothing interpreted in a text; and no
    carrier sends us on, as to an address inside the school.
    """
    return apprise.AppriseAsset(
        app_id="Tocsin",
        app_desc="Tocsin",
        app_url="",
        plugin_paths=[],
        async_mode=False,
        interpret_escapes=False,
        interpret_emojis=False,
        http_redirects=False,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )


def answer_in(log: str, url: str) -> str:
    """Return the last line that the library said, without any part of the address but its host."""
    lines = [line for line in _STAMP.sub("", log).splitlines() if line.strip()]
    words = lines[-1] if lines else ""
    for secret in sorted(_secrets_of(url), key=len, reverse=True):
        words = words.replace(secret, _HIDDEN)
    return clean(words.strip(), _LONGEST_ANSWER)


def _secrets_of(url: str) -> set[str]:
    parts = urlsplit(url)
    rest = url.partition("://")[2]
    if parts.hostname:
        rest = re.sub(re.escape(parts.hostname), "/", rest, count=1, flags=re.IGNORECASE)
    pieces = re.split(r"[/:@?&=]", rest)
    return {
        form
        for piece in pieces
        for form in (piece, unquote(piece))
        if len(form) >= _SHORTEST_SECRET
    }
