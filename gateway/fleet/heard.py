"""What the gateway has heard of its units and its receivers.  Values only."""

from collections.abc import Mapping
from typing import NamedTuple

from gateway.core.values import ChannelId
from wire.ids import Monotonic, UnitId
from wire.messages import Heartbeat


class Beat(NamedTuple):
    """A unit's last heartbeat, and when it was heard."""

    heard: Monotonic
    said: Heartbeat


class Snapshot(NamedTuple):
    """What the gateway knew at `at`; it had started at `started`.

    `proven` says when a channel gave its last receipt, or was connected to.
    """

    at: Monotonic
    started: Monotonic
    proven: Mapping[ChannelId, Monotonic]
    beats: Mapping[UnitId, Beat]
