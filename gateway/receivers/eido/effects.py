"""Effects of the notifier: messages to subscribers, results for the gateway.  Values only."""

from typing import NamedTuple

from gateway.core.events import ResponseReceived, SendFailed
from gateway.receivers.eido.subscription import Peer


class Send(NamedTuple):
    """Send a message to a subscriber."""

    peer: Peer
    text: str


class Disconnect(NamedTuple):
    """End a connection."""

    peer: Peer
    reason: str


NotifierEffect = Send | Disconnect | ResponseReceived | SendFailed
