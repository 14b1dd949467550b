"""The vocabulary of the timeline: every `what` that can have happened to an incident.

Each word stands in one table, which says who may see it: endpoints and everybody, everybody on a
page of the incident, or those of the school who may read its books.
"""

from collections.abc import Mapping
from typing import Final

from wire.answers import EVENTS
from wire.exercise import EXERCISING
from wire.marks import MARKING

PRESSED: Final = "pressed"
DELIVERED: Final = "delivered"
NOT_DELIVERED: Final = "not-delivered"
DELIVERED_AFTER_ALL: Final = "delivered-after-all"

ON_PAGES: Final[Mapping[str, str]] = {
    PRESSED: "pressed",
    DELIVERED: "an endpoint gave its receipt",
    NOT_DELIVERED: "NOT DELIVERED in time",
    DELIVERED_AFTER_ALL: "NOT DELIVERED is over: an endpoint gave its receipt",
    **MARKING,
}
"""What has rows of its own, each with its sentence.  A report says so by its alerts, receipts and
marks."""

LINK_MADE: Final = "link-made"
LINK_VIEWED: Final = "view-link"
TAKE_TROUBLE: Final = "take-trouble"
HAS_NOTICE: Final = "has-notice"

IN_BOOKS: Final[Mapping[str, str]] = {
    LINK_MADE: "live link made",
    LINK_VIEWED: "opened the page by a live link",
    "view": "looked at pictures",
    "export": "exported",
    "test-camera": "tested a camera",
    "test-receivers": "tested the receivers",
    "log-in": "logged in",
    "account": "changed their account",
    "refused": "was refused",
    "edit-plan": "changed the plan",
    TAKE_TROUBLE: "took a trouble",
    HAS_NOTICE: "has the notice of the alarm",
    **EXERCISING,
}
"""Who looked and who did what at the school: for those who may read its books."""

SENTENCES: Final[Mapping[str, str]] = {**EVENTS, **ON_PAGES, **IN_BOOKS}
"""Every word, with the sentence that says no more than it."""


def sentence_of(what: str) -> str:
    """Return what a person reads for a word of the timeline."""
    return SENTENCES.get(what, what)
