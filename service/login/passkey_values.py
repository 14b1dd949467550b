"""What is known of a passkey and of the question that it answers.  Values only."""

from typing import NamedTuple


class Asked(NamedTuple):
    """What an answer must be to: our challenge, under the site's name, by a page of that origin."""

    challenge: bytes
    site: str
    origin: str


class MadeKey(NamedTuple):
    """A key that a browser made: its id, the public part, and how often it was used."""

    id: bytes
    public: bytes
    used: int
