"""What leaves is one request as it was meant, whatever is in its fields, or nothing at all."""

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.receivers.http.protocol import ClientProtocol, HttpError, Request

REQUEST = Request("POST", "/reports", [("Host", "psap.example"), ("webhook-id", "i.1")], b"{}")


def fields_of_ours() -> st.SearchStrategy[list[tuple[str, str]]]:
    """Fields such as RFC 9110, 5.1 and 5.5, lets anybody send."""
    name = st.from_regex(r"x-[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}", fullmatch=True)
    value = st.from_regex(r"[!-~]([ \t!-~\x80-\xff]{0,60}[!-~])?", fullmatch=True)
    return st.lists(st.tuples(name, value), max_size=9)


@given(st.sampled_from(["GET", "POST"]), fields_of_ours(), st.binary(max_size=300))
def test_a_request_is_read_by_others_as_it_was_meant(
    method: str, fields: list[tuple[str, str]], body: bytes
) -> None:
    sent = ClientProtocol().send(Request(method, "/a?b=c", [("Host", "h"), *fields], body))
    server = h11.Connection(h11.SERVER)
    server.receive_data(sent)
    head, data = server.next_event(), server.next_event()
    assert isinstance(head, h11.Request)
    assert (head.method, head.target) == (method.encode(), b"/a?b=c")
    told = [(name.lower().encode(), value.encode("latin-1")) for name, value in fields]
    told.append((b"content-length", str(len(body)).encode()))
    assert list(head.headers)[1:] == told
    assert (data.data if isinstance(data, h11.Data) else b"") == body


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\r\n", "ä"])
def test_a_name_that_would_end_its_line_is_never_sent(name: str) -> None:
    with pytest.raises(HttpError, match="cannot be sent"):
        ClientProtocol().send(REQUEST._replace(fields=[(name, "x")]))


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\n", "\0", " a", "a ", "\x7f", "€"])
def test_a_value_that_would_begin_another_line_is_never_sent(value: str) -> None:
    with pytest.raises(HttpError, match="cannot be sent"):
        ClientProtocol().send(REQUEST._replace(fields=[("webhook-id", value)]))


@pytest.mark.parametrize("target", ["", "/a b", "/a\r\nb", "/ä"])
def test_a_target_that_is_none_is_never_sent(target: str) -> None:
    with pytest.raises(HttpError, match="is no target"):
        ClientProtocol().send(REQUEST._replace(target=target))
