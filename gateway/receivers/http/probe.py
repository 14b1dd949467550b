"""Probes while nothing is to report whether an endpoint can be connected to: TCP and TLS, no
request.

A thread for each address, which no report waits for.  It shares nothing with the senders, and does
not write to the resolver.
"""

from collections.abc import Callable
from typing import Any, Final

from gateway.core.events import ChannelProbed
from gateway.core.values import ChannelId
from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.transport import DeadlineConnection, NoResponseError
from gateway.receivers.reloading import CredentialsError
from gateway.receivers.resolver import ReadOnlyResolver, Resolver
from service.periodic import Periodic
from wire.clean import clean
from wire.ids import Seconds

# Two in a row are a trouble (core/delivery/channel_health.py): told within 60 s.
_EVERY: Final = Seconds(20.0)
_DEADLINE: Final = Seconds(4.0)


class EndpointProbe:
    """Connects to `url` periodically, as the sender of `channel` would; puts a ChannelProbed."""

    def __init__(
        self,
        channel: ChannelId,
        url: str,
        credentials: Credentials,
        resolver: Resolver,
        put: Callable[[Any], None],
        every: Seconds = _EVERY,
    ) -> None:
        self._channel = channel
        self._connection = DeadlineConnection(
            url, lambda: credentials.tls, ReadOnlyResolver(resolver)
        )
        self._put = put
        self._periodic = Periodic(f"probe-{channel}", every, self._probe, put, first=every)

    def start(self) -> None:
        """Begin to probe."""
        self._periodic.start()

    def _probe(self) -> None:
        try:
            self._connection.reach(_DEADLINE)
        except (NoResponseError, CredentialsError) as error:
            self._put(ChannelProbed(self._channel, f"no connection: {clean(str(error))}"))
        else:
            self._put(ChannelProbed(self._channel, None))
