"""HTTP/1.1 as a client speaks it on one connection, over h11: bytes in, bytes out, no socket.

One request at a time, and one response to each.  Whatever is odd about a response (RFC 9112) ends
the connection, so nothing that a peer sends late or twice can be taken for a response to the next
request.

Responses are parsed by h11, behind bounds (service/http_lines.py).  A request is written here: by
h11 it costs 0.1 ms more (measured), for each alert.
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import h11

from service.http_lines import bounded_http
from wire.limits import LARGEST_RECEIPT

# 100, 102 and 103 may come before the response; who sends more of them does not come to an end.
_MOST_INFORMATIONAL: Final = 8
_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15
_CODINGS: Final = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _RAW_DEFLATE)}

Fields = Sequence[tuple[str, str]]

# RFC 9110, 5.1 and 5.5; RFC 9112, 3: what cannot end its line early, or begin another one.
_START: Final = re.compile(r"[A-Z]+ [!-~]+")
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[!-~\x80-\xff](?:[ \t!-~\x80-\xff]*[!-~\x80-\xff])?|")
# That a request is under way: all that a response is judged by, for no method here is HEAD.
_SENT: Final = h11.Request(
    method="POST", target="/", headers=[("Host", "-"), ("Content-Length", "0")]
)
_END: Final = h11.EndOfMessage()


class HttpError(Exception):
    """The peer did not answer our request as HTTP/1.1 does; the text says what is wrong."""


class Request(NamedTuple):
    """A request with all its fields but Content-Length."""

    method: str
    target: str
    fields: Fields
    body: bytes = b""


class Response(NamedTuple):
    """A whole response; names in `headers` are lower case, repeated ones joined by a comma."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ClientProtocol:
    """One connection's side of the conversation; after an HttpError it is of no more use."""

    def __init__(self) -> None:
        self._http = bounded_http(h11.CLIENT)
        self._head: h11.Response | None = None
        self._body = bytearray()
        self._informational = 0
        self._is_told = True

    def send(self, request: Request) -> bytes:
        """Return the bytes of `request`; the response to the one before must have come.

        Raises HttpError for a request that would not be one.
        """
        written = _written(request)
        self._is_told = False
        return written

    def receive(self, data: bytes) -> Response | None:
        """Take what came, empty at the peer's end; return the response once it is whole.

        Raises HttpError.
        """
        if not self._is_told:
            self._tell()
        if not data and self._head is None:
            raise HttpError("the receiver closed the connection without an answer")
        try:
            self._http.receive_data(data)
            while (event := self._http.next_event()) is not h11.NEED_DATA:
                if isinstance(event, h11.EndOfMessage):
                    return self._response()
                self._take(event)
        except h11.RemoteProtocolError as error:
            raise HttpError(f"the answer is no HTTP/1.1: {error}") from error
        return None

    @property
    def is_reusable(self) -> bool:
        """True if the next request may go over this connection: all is said, and nothing more."""
        return (
            self._is_told
            and self._http.our_state is h11.DONE
            and self._http.their_state is h11.DONE
            and self._http.trailing_data == (b"", False)
        )

    def _tell(self) -> None:
        """Have h11 know of the request: this can wait until the request has left."""
        if self._http.our_state is h11.DONE:
            self._http.start_next_cycle()
        self._head, self._informational = None, 0
        self._body.clear()
        self._http.send(_SENT)
        self._http.send(_END)
        self._is_told = True

    def _take(self, event: object) -> None:
        if isinstance(event, h11.InformationalResponse):
            self._informational += 1
            if self._informational > _MOST_INFORMATIONAL:
                raise HttpError("the receiver announces an answer again and again (1xx)")
        elif isinstance(event, h11.Response):
            names = {name for name, _ in event.headers}
            if {b"transfer-encoding", b"content-length"} <= names:
                # RFC 9112, 6.3: this is how a second answer is smuggled into the first.
                raise HttpError("the answer gives two lengths")
            self._head = event
        elif isinstance(event, h11.Data):
            self._body += event.data
            if len(self._body) > LARGEST_RECEIPT:
                raise HttpError(f"the answer is longer than {LARGEST_RECEIPT} bytes")

    def _response(self) -> Response:
        assert self._head is not None  # noqa: S101  (h11: no end of a message without its head)
        headers: dict[str, str] = {}
        for raw, value in self._head.headers:
            name, text = raw.decode("latin-1"), value.decode("latin-1")
            headers[name] = f"{headers[name]}, {text}" if name in headers else text
        coding = headers.get("content-encoding", "identity").strip().lower()
        return Response(self._head.status_code, headers, _decoded(bytes(self._body), coding))


def _written(request: Request) -> bytes:
    start = f"{request.method} {request.target}"
    if not _START.fullmatch(start):
        raise HttpError(f"the request cannot be sent: {start!r} is no target")
    lines = [f"{start} HTTP/1.1"]
    for name, value in (*request.fields, ("Content-Length", str(len(request.body)))):
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise HttpError(f"the request cannot be sent: {name!r} cannot be {value!r}")
        lines.append(f"{name}: {value}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + request.body


def _decoded(body: bytes, coding: str) -> bytes:
    """Undo a content coding, which we did not ask for, within LARGEST_RECEIPT."""
    if coding in ("", "identity") or not body:
        return body
    if coding not in _CODINGS:
        raise HttpError(f"the answer is coded in a way that was not asked for: {coding[:40]}")
    for window in _CODINGS[coding]:
        inflate = zlib.decompressobj(window)
        try:
            found = inflate.decompress(body, LARGEST_RECEIPT + 1)
        except zlib.error:
            continue
        if len(found) > LARGEST_RECEIPT:
            raise HttpError(f"the answer is longer than {LARGEST_RECEIPT} bytes")
        if inflate.eof:
            return found
    raise HttpError(f"the answer says that it is coded in {coding}, and is not, or breaks off")
