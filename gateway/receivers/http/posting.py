"""How reports are posted to an endpoint, as agreed with it.  Pure."""

from collections.abc import Callable, Sequence
from typing import NamedTuple


def _one(body: str) -> Sequence[str]:
    return [body]


class Posting(NamedTuple):
    """`media` is the media type.  `split` shares a report out to the posts that it takes, of which
    each must be accepted.  `named`: an answer's content says which report it is an answer to.
    """

    media: str = "application/json"
    named: bool = True
    split: Callable[[str], Sequence[str]] = _one

    @property
    def is_single(self) -> bool:
        """True if every report is one post."""
        return self.split is _one
