"""Servers listen on both families, and take changes from their own pages alone."""

import socket
from contextlib import ExitStack

import pytest
from starlette.datastructures import Headers

from service.listening import listen
from service.web import is_own_page
from simulator.broker import free_port
from tests.waiting import patience

URL = "https://console.example"


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "127.0.0.1", "::1", "localhost"])
def test_a_server_of_this_machine_is_reached_by_ipv4_and_by_ipv6(host: str) -> None:
    with ExitStack() as opened:
        sockets = [opened.enter_context(each) for each in listen(host, free_port())]
        port = sockets[0].getsockname()[1]
        for address in ("127.0.0.1", "::1"):
            socket.create_connection((address, port), timeout=patience(1)).close()


def test_a_free_port_is_the_same_on_both_families() -> None:
    with ExitStack() as opened:
        sockets = [opened.enter_context(each) for each in listen("127.0.0.1", 0)]
        assert len({each.getsockname()[1] for each in sockets}) == 1


def test_an_address_of_one_family_is_no_other_one() -> None:
    with ExitStack() as opened:
        sockets = [opened.enter_context(each) for each in listen("127.0.0.2", free_port())]
        assert [each.getsockname()[0] for each in sockets] == ["127.0.0.2"]


def test_a_port_that_is_taken_in_either_family_is_named() -> None:
    with socket.socket(socket.AF_INET6) as taken:
        taken.bind(("::1", 0))
        taken.listen()
        with pytest.raises(OSError, match=r"::1:.*Address already in use"):
            listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://127.0.0.1:8712", "host": "127.0.0.1:8712"},
        {"origin": "https://other.example", "host": "other.example:443"},
        {"origin": "https://other.example:443", "host": "other.example"},
        {"origin": URL, "host": "127.0.0.1:8712"},
        {"origin": URL, "host": "127.0.0.1:8712", "sec-fetch-site": "same-origin"},
        {"origin": "https://[2001:db8::1]", "host": "[2001:db8::1]:443"},
    ],
)
def test_a_page_of_ours_is_known_whatever_a_proxy_did_to_host(headers: dict[str, str]) -> None:
    assert is_own_page(Headers(headers), URL)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "console.example"},
        {"origin": "null", "host": "console.example"},
        {"origin": "https://evil.example", "host": "console.example"},
        {"origin": "https://console.example:444", "host": "console.example"},
        {"origin": "http://console.example", "host": "127.0.0.1:8712"},
        {"origin": URL, "host": "console.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://[", "host": "console.example"},
    ],
)
def test_a_page_of_another_site_is_not_ours(headers: dict[str, str]) -> None:
    assert not is_own_page(Headers(headers), URL)
