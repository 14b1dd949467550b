"""A client's connection over TLS of which each call reads a bounded part.

A server may send TLS records that bear nothing for us, session tickets and new keys.  SSLSocket
reads them within one call for as long as they come, whatever timeout is set: a peer that pours them
holds the thread that reads.  Here OpenSSL gets what one `recv` of the socket brought, and a peer
whose records bear nothing for too long is given up.
"""

import contextlib
import socket
import ssl
import time
from typing import Final

# One record, with what TLS 1.2 may add to it.
_RECORD: Final = 18_437
_SENT_AT_ONCE: Final = 16_384
# So much in a row may bear nothing: usual are two tickets of some hundred bytes.
_MOST_EMPTY: Final = 65_536
# So much may wait for a peer that does not read: a record of a message, and answers to new keys.
_MOST_UNSENT: Final = 65_536


class TlsSocket:
    """TLS by `context` on `sock`, which it closes; `name` is whom the certificate must name.

    Like an SSLSocket, but for this: `send` and `recv` ask the kernel once each, and raise
    SSLWantWriteError or SSLWantReadError where that was not enough, although the socket may wait.
    """

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, name: str) -> None:
        self._sock = sock
        self._came, self._leaves = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._came, self._leaves, server_hostname=name)
        self._unsent = b""
        # What `_unsent` holds of a message, and was not told to its sender yet.
        self._taken = 0
        self._empty = 0
        # False once TLS needs more than what came, to go on.
        self._has_more = False

    def do_handshake(self) -> None:
        """Shake hands within the socket's timeout; raises OSError, and is closed then."""
        within = self._sock.gettimeout()
        ends = None if within is None else time.monotonic() + within
        try:
            while not self._shake():
                if ends is not None:
                    self._sock.settimeout(_left(ends))
                self._fill()
        except OSError:
            self.close()
            raise
        self._sock.settimeout(within)
        self._empty = 0

    def recv(self, size: int) -> bytes:
        """Return so many bytes at the most, none at the peer's end.

        Raises OSError if the peer sends too much that bears nothing, or reads none of the answers
        that it asks TLS for.
        """
        if not self._has_more:
            self._fill()
        try:
            data = self._tls.read(size)
        except ssl.SSLWantReadError:
            self._has_more = False
            if self._empty > _MOST_EMPTY:
                raise OSError("the peer sends TLS records without end that bear nothing") from None
            raise
        except ssl.SSLEOFError:  # it did not say that this is the end, as many do not
            return b""
        finally:
            self._answer()
        self._empty = 0
        return data

    def send(self, data: bytes | memoryview) -> int:
        """Send the beginning of `data`, and return how much that is.

        After SSLWantWriteError, or a timeout, the same data must be sent again.
        """
        if not self._taken and data:
            self._taken = self._tls.write(data[:_SENT_AT_ONCE])
        self._flush()
        if self._unsent:
            raise ssl.SSLWantWriteError
        taken, self._taken = self._taken, 0
        return taken

    def pending(self) -> int:
        """Not 0 if there may be more to receive, which no poll of the socket shows."""
        return self._tls.pending() or (self._came.pending if self._has_more else 0)

    def fileno(self) -> int:
        """As a socket's."""
        return self._sock.fileno()

    def settimeout(self, seconds: float | None) -> None:
        """As a socket's."""
        self._sock.settimeout(seconds)

    def setblocking(self, flag: bool) -> None:
        """As a socket's."""
        self._sock.setblocking(flag)

    def setsockopt(self, level: int, option: int, value: int) -> None:
        """As a socket's."""
        self._sock.setsockopt(level, option, value)

    def close(self) -> None:
        """Hang up, without a word."""
        self._sock.close()

    def _shake(self) -> bool:
        """Go on with the handshake as far as what came allows; True once it is done."""
        done = True
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            done = self._has_more = False
        except ssl.SSLError:
            with contextlib.suppress(OSError):  # tell the peer why, if it still listens
                self._sock.sendall(self._leaves.read())
            raise
        self._sock.sendall(self._leaves.read())
        return done

    def _fill(self) -> None:
        came = self._sock.recv(_RECORD)
        if came:
            self._came.write(came)
        else:
            self._came.write_eof()
        self._empty += len(came)
        self._has_more = True

    def _flush(self) -> None:
        self._unsent += self._leaves.read()
        if self._unsent:
            self._unsent = self._unsent[self._sock.send(self._unsent) :]

    def _answer(self) -> None:
        """Send what TLS itself has to say to what came, if there is room; else the next message
        takes it along.  Raises OSError if too much waits.
        """
        if self._leaves.pending:
            with contextlib.suppress(OSError):
                self._flush()
            if len(self._unsent) > _MOST_UNSENT:
                raise OSError("the peer asks TLS for answers without end and reads none")


class TlsSockets:
    """Makes them for a library that asks an SSLContext for its sockets."""

    check_hostname: Final = True

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context

    def wrap_socket(
        self, sock: socket.socket, server_hostname: str, do_handshake_on_connect: bool = True
    ) -> TlsSocket:
        """As an SSLContext's."""
        made = TlsSocket(sock, self._context, server_hostname)
        if do_handshake_on_connect:
            made.do_handshake()
        return made


def _left(ends: float) -> float:
    seconds = ends - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("the TLS handshake timed out")
    return seconds
