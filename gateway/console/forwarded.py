"""Who asks through a proxy: believed of proxies that the settings name, and of nobody else.

A proxy that does not write `X-Forwarded-For` itself passes on what a client wrote there, so neither
the header proves anything, nor that it comes from this machine.
"""

import logging
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import Any, Final, cast

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

log = logging.getLogger(__name__)

_HEADER: Final = "x-forwarded-for"
_MOST_TOLD: Final = 20


class ForwardedAddresses:
    """ASGI middleware: for what comes from one of `proxies`, the address that it forwards for.

    Of several that is the last one that is no proxy itself.  A header from elsewhere is left alone,
    and told once for each address.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        self._believing = ProxyHeadersMiddleware(cast(Any, app), list(proxies))
        self._proxies = [ip_network(each) for each in proxies]
        self._told: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and _HEADER in Headers(scope=scope):
            self._tell_unnamed((scope["client"] or ("",))[0])
        await self._believing(cast(Any, scope), cast(Any, receive), cast(Any, send))

    def _tell_unnamed(self, peer: str) -> None:
        if peer in self._told or len(self._told) >= _MOST_TOLD or self._is_named(peer):
            return
        self._told.add(peer)
        log.warning(
            "trusted_proxies in [console] does not name %s, so its X-Forwarded-For is not believed"
            " and all who come by it count as one address; if it is a proxy that writes that header"
            " itself, name it there (docs/publishing.md)",
            peer,
        )

    def _is_named(self, peer: str) -> bool:
        try:
            where = ip_address(peer)
        except ValueError:
            return False
        return any(where in network for network in self._proxies)
