"""Every manner of RFC 9110 and 9112 in which a receiver may answer, as a table of named cases."""

import gzip
import zlib
from typing import NamedTuple

import pytest

from gateway.receivers.http.protocol import (
    ClientProtocol,
    HttpError,
    Request,
    Response,
)
from wire.limits import LARGEST_RECEIPT

REQUEST = Request("POST", "/reports", [("Host", "psap.example"), ("webhook-id", "i.1")], b"{}")
OK = b"HTTP/1.1 200 OK\r\n"
TWO = b"Content-Length: 2\r\n\r\nok"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
RAW = zlib.compressobj(wbits=-15)


class Case(NamedTuple):
    """What the server sends (`ends`: and then hangs up), and what is to be made of it.

    `body` None: it is no response, and `why` is in the reason.
    """

    sent: bytes
    body: bytes | None = b"ok"
    status: int = 200
    ends: bool = False
    reusable: bool = True
    why: str = ""


def coded(name: bytes, body: bytes) -> bytes:
    fields = b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (name, len(body))
    return OK + fields + body


CASES = {
    # How long a response is: RFC 9112, 6.
    "a length": Case(OK + TWO),
    "a length twice the same": Case(OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nok"),
    "a list of one length": Case(OK + b"Content-Length: 2, 2\r\n\r\nok"),
    "two lengths": Case(OK + b"Content-Length: 3\r\n" + TWO, None, why="Content-Length"),
    "a length below nothing": Case(OK + b"Content-Length: -1\r\n\r\n", None, why="Content-Length"),
    "a length that is none": Case(OK + b"Content-Length: two\r\n\r\n", None, why="Content-Length"),
    "a length and chunks": Case(OK + b"Content-Length: 2\r\n" + CHUNKED, None, why="two lengths"),
    "chunks": Case(OK + CHUNKED + b"1\r\no\r\n1\r\nk\r\n0\r\n\r\n"),
    "chunks with extensions": Case(OK + CHUNKED + b'2;a="b"\r\nok\r\n0\r\n\r\n'),
    "chunks with trailers": Case(OK + CHUNKED + b"2\r\nok\r\n0\r\nDigest: x\r\n\r\n"),
    "chunks in capitals": Case(OK + CHUNKED.replace(b"chu", b"CHU") + b"2\r\nok\r\n0\r\n\r\n"),
    "a chunk without a size": Case(OK + CHUNKED + b"x\r\nok\r\n", None, why="chunk"),
    "chunks that break off": Case(OK + CHUNKED + b"2\r\nok\r\n", None, ends=True, why="complete"),
    "another transfer coding": Case(
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", None, why="chunked"
    ),
    "the end is the length": Case(OK + b"\r\nok", ends=True, reusable=False),
    "a length that breaks off": Case(
        OK + b"Content-Length: 9\r\n\r\nok", None, ends=True, why="complete"
    ),
    "nothing at all": Case(b"", None, ends=True, why="without an answer"),
    "half a head": Case(OK + b"Content-Le", None, ends=True, why="without an answer"),
    "no content": Case(b"HTTP/1.1 204 No Content\r\n\r\n", b"", 204),
    "no content, and yet some": Case(b"HTTP/1.1 204 No\r\n" + TWO, b"", 204, reusable=False),
    "not modified": Case(b"HTTP/1.1 304 Not Modified\r\n\r\n", b"", 304),
    "an empty body": Case(OK + b"Content-Length: 0\r\n\r\n", b""),
    "a gigabyte announced": Case(
        OK + b"Content-Length: 1000000000\r\n\r\n" + bytes(300_000), None, why="longer than"
    ),
    "a gigabyte in chunks": Case(OK + CHUNKED + b"493e0\r\n" + bytes(300_000), None, why="longer"),
    # What may come before: RFC 9110, 15.2.
    "continue": Case(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + TWO),
    "processing, then hints": Case(
        b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK + TWO
    ),
    "continue for ever": Case(b"HTTP/1.1 100 Continue\r\n\r\n" * 9, None, why="again and again"),
    "continue and no more": Case(
        b"HTTP/1.1 100 Continue\r\n\r\n", None, ends=True, why="without an answer"
    ),
    "another protocol": Case(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", None, why="HTTP/1.1"
    ),
    # What may come after: one response belongs to one request.
    "two responses": Case(OK + TWO + OK + TWO, reusable=False),
    "a line end too many": Case(OK + TWO + b"\r\n", reusable=False),
    "a response that hangs up": Case(OK + TWO, ends=True, reusable=False),
    # Whether the connection stays: RFC 9112, 9.
    "close": Case(OK + b"Connection: close\r\n" + TWO, reusable=False),
    "close among others": Case(OK + b"Connection: x, Close\r\n" + TWO, reusable=False),
    "HTTP/1.0": Case(b"HTTP/1.0 200 OK\r\n" + TWO, reusable=False),
    "keep-alive in HTTP/1.0": Case(
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + TWO, reusable=False
    ),
    # Heads: RFC 9112, 4 and 5.
    "no reason": Case(b"HTTP/1.1 200 \r\n" + TWO),
    "no reason, and no blank": Case(b"HTTP/1.1 200\r\n" + TWO),
    "a reason of other letters": Case(b"HTTP/1.1 200 Verstanden \xfc\r\n" + TWO),
    "bare line feeds": Case((OK + TWO).replace(b"\r\n", b"\n")),
    "a folded field": Case(OK + b"X-Note: a\r\n b\r\n" + TWO),
    "other letters in a field": Case(OK + b"Server: \xc3\xa9\r\n" + TWO),
    "a blank line first": Case(b"\r\n" + OK + TWO, None, why="HTTP/1.1"),
    "a field without a colon": Case(OK + b"rubbish\r\n" + TWO, None, why="HTTP/1.1"),
    "a blank in a name": Case(OK + b"Content Length: 2\r\n\r\nok", None, why="HTTP/1.1"),
    "an endless head": Case(OK + b"X: " + b"x" * 80_000, None, why="HTTP/1.1"),
    "no HTTP": Case(b"220 psap.example ESMTP\r\n\r\n", None, why="HTTP/1.1"),
    "a page without a head": Case(b"<html>ok</html>\r\n\r\n", None, why="HTTP/1.1"),
    "HTTP/2": Case(b"\0\0\x12\x04\0\0\0\0\0" + bytes(18) + b"\r\n\r\n", None, why="HTTP/1.1"),
    "TLS": Case(b"\x15\x03\x01\x00\x02\x02\x0a", None, ends=True, why="HTTP/1.1"),
    # Every class of status is a response; what it means is for the receipt to say.
    **{
        f"status {code}": Case(b"HTTP/1.1 %d Any\r\n" % code + TWO, status=code)
        for code in (201, 202, 203, 206, 226, 301, 302, 307, 308, 400, 401, 403, 404, 408, 409, 413)
    },
    **{
        f"status {code}": Case(b"HTTP/1.1 %d Any\r\n" % code + TWO, status=code)
        for code in (418, 421, 425, 426, 429, 451, 500, 501, 502, 503, 504, 511, 599)
    },
    # Codings that nobody asked for: RFC 9110, 8.4.
    "gzip": Case(coded(b"gzip", gzip.compress(b"ok"))),
    "GZIP by its old name": Case(coded(b"X-GZip", gzip.compress(b"ok"))),
    "deflate": Case(coded(b"deflate", zlib.compress(b"ok"))),
    "deflate without a head": Case(coded(b"deflate", RAW.compress(b"ok") + RAW.flush())),
    "identity": Case(coded(b"identity", b"ok")),
    "gzip of nothing": Case(coded(b"gzip", b""), b""),
    "no gzip": Case(coded(b"gzip", b"ok"), None, why="is not"),
    "half of gzip": Case(coded(b"gzip", gzip.compress(b"ok")[:-9]), None, why="breaks off"),
    "a bomb": Case(coded(b"gzip", gzip.compress(bytes(10**7))), None, why="longer than"),
    "br": Case(coded(b"br", b"ok"), None, why="not asked for: br"),
    "gzip twice": Case(coded(b"gzip, gzip", b"ok"), None, why="not asked for"),
}


def receive(case: Case, step: int) -> tuple[Response | None, ClientProtocol]:
    """Feed the case, `step` bytes at a time."""
    protocol = ClientProtocol()
    protocol.send(REQUEST)
    found = None
    pieces = [case.sent[at : at + step] for at in range(0, len(case.sent), step)]
    for piece in [*pieces, *([b""] if case.ends else [])]:
        found = found or protocol.receive(piece)
        if found and step == 1:
            break  # what else would come is for the next look at the socket
    return found, protocol


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("step", [10**9, 1000])
def test_each_manner_of_answering_is_one_response_or_one_reason(name: str, step: int) -> None:
    case = CASES[name]
    if case.body is None:
        with pytest.raises(HttpError, match=case.why):
            receive(case, step)
        return
    response, protocol = receive(case, step)
    assert response
    assert (response.status, response.body) == (case.status, case.body)
    assert protocol.is_reusable == case.reusable or case.ends


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if len(case.sent) < 1000])
def test_a_response_that_comes_byte_by_byte_is_the_same(name: str) -> None:
    case = CASES[name]
    if case.body is None:
        with pytest.raises(HttpError, match=case.why):
            receive(case, 1)
    else:
        response, _ = receive(case, 1)
        assert response
        assert (response.status, response.body) == (case.status, case.body)


def test_a_request_is_whole_and_its_length_is_told() -> None:
    assert ClientProtocol().send(REQUEST) == (
        b"POST /reports HTTP/1.1\r\nHost: psap.example\r\nwebhook-id: i.1\r\n"
        b"Content-Length: 2\r\n\r\n{}"
    )


def test_each_request_gets_its_own_response_on_one_connection() -> None:
    protocol = ClientProtocol()
    for number in range(3):
        protocol.send(REQUEST)
        response = protocol.receive(OK + b"Content-Length: 1\r\n\r\n%d" % number)
        assert response
        assert response.body == b"%d" % number
        assert protocol.is_reusable


def test_fields_are_found_under_their_lower_case_name_and_repeated_ones_joined() -> None:
    protocol = ClientProtocol()
    protocol.send(REQUEST)
    response = protocol.receive(OK + b"X-A: 1\r\nx-a: 2\r\nRETRY-AFTER: 3\r\n" + TWO)
    assert response
    assert (response.headers["x-a"], response.headers["retry-after"]) == ("1, 2", "3")


def test_a_body_of_the_greatest_length_is_read() -> None:
    protocol = ClientProtocol()
    protocol.send(REQUEST)
    response = protocol.receive(
        OK + b"Content-Length: %d\r\n\r\n" % LARGEST_RECEIPT + bytes(LARGEST_RECEIPT)
    )
    assert response
    assert len(response.body) == LARGEST_RECEIPT
