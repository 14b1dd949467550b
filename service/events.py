"""Events that adapters common to all processes put into a loop's inbox.  Values only."""

from typing import NamedTuple

from wire.ids import Monotonic
from wire.seal import NO_SEAL, Seal


class MessageReceived(NamedTuple):
    """A message came; `at` is when it was read.  Its seal has not been judged."""

    link: str
    topic: str
    payload: bytes
    at: Monotonic
    retained: bool
    seal: Seal = NO_SEAL


class LinkUp(NamedTuple):
    """The broker behind `link` answered and the subscription stands: send open alerts at once."""

    link: str


class LinkDown(NamedTuple):
    """The connection to the broker behind `link` is lost; the link keeps reconnecting by itself."""

    link: str
    reason: str


class NoSubscribers(NamedTuple):
    """The broker behind `link` says that nobody is subscribed for a message: as good as down."""

    link: str
    reason: str


class CallbackFailed(NamedTuple):
    """A guarded callback raised; the thread that called it lives on."""

    where: str
    error: str


class Stop(NamedTuple):
    """The process was asked to end."""


class Reload(NamedTuple):
    """The process was asked to read its settings again."""
