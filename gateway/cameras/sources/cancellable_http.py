"""An HTTP connection to a camera that another thread can cut, over requests and urllib3.

Only a name lookup cannot be cut.
"""

import contextlib
import socket
from typing import Any, cast

from requests import Response, Session
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

from gateway.cameras.sources.address_policy import AddressPolicy, allowed_addresses, any_address
from service.cut_handle import CutHandle


class CancellableAdapter(HTTPAdapter):
    """Carries one request at a time, of one thread; keeps its connection for the next one.

    Connects to no address that `policy` bars, whatever a resolver says in between.
    """

    def __init__(self, policy: AddressPolicy = any_address) -> None:
        self._handle = CutHandle()
        self._plain = _held_by(self._handle, policy, HTTPConnection)
        self._secure = _held_by(self._handle, policy, HTTPSConnection)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def reset(self) -> None:
        """Make the line usable again after a cut."""
        self._handle.begin()

    def cut(self) -> None:
        """End whatever waits on the line now or would until `reset`; from any thread, at once."""
        self._handle.cut()

    def close(self) -> None:
        """Hang up."""
        super().close()
        self._handle.release()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Have the connections of the pool made here."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = self._secure if pool.scheme == "https" else self._plain
        return pool


class CameraSession(Session):
    """A session that goes where it was sent: no proxy, no .netrc, no redirect."""

    def __init__(self, adapter: CancellableAdapter) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def get_redirect_target(self, resp: Response) -> None:
        """None, always: asked for a target, requests would first read the whole of the answer."""


def _held_by(handle: CutHandle, policy: AddressPolicy, kind: type[Any]) -> type[Any]:
    class Held(kind):  # type: ignore[misc]  # the kind is given at run time
        _dns_host: str

        def _new_conn(self) -> socket.socket:
            made = self._connected()
            handle.hold(made)
            return made

        def _connected(self) -> socket.socket:
            """To an address and not to the name, which stays that of certificate and Host."""
            name = self._dns_host
            try:
                *others, last = allowed_addresses(name, self.port, policy)
                for self._dns_host in others:
                    with contextlib.suppress(NewConnectionError):
                        return cast(socket.socket, super()._new_conn())
                self._dns_host = last
                return cast(socket.socket, super()._new_conn())
            except socket.gaierror as error:
                raise NameResolutionError(name, self, error) from error
            finally:
                self._dns_host = name

    return Held
