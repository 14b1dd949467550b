"""Dates as the files of a package have them."""

from datetime import UTC, datetime
from email.utils import format_datetime


def day_of(second: int) -> str:
    """The day of a second of Unix, such as 2026-11-27."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d}"


def date_of(second: int) -> str:
    """The same in the form of Debian's changelogs."""
    return format_datetime(datetime.fromtimestamp(second, UTC))
