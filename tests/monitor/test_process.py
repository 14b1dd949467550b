"""`tocsin-gateway monitor` shows what the gateway does, to whom it may, and delays no press."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.broker import free_port
from tests.gateway.core import alert
from tests.gateway.endpoint import Endpoint
from tests.gateway.school import School, Wall, freeze, running, school
from tests.monitor.scraped import Scraped
from tests.notices.test_whole import process
from tests.waiting import patience, until
from wire.ids import UnitId

pytestmark = pytest.mark.timeout(200)

TOKEN = "a word of more than 16 letters"


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with Endpoint() as endpoint, school(tmp_path, endpoint, rooms=2) as found:
        yield found


def show(lincoln: School, **metrics: Any) -> str:
    """Write `[metrics]` into the settings; the page's address."""
    port = free_port()
    lincoln.write({**lincoln.settings(), "metrics": {"port": port, **metrics}})
    return f"http://127.0.0.1:{port}/metrics"


def ask(page: str, **heads: str) -> requests.Response:
    return requests.get(page, headers=heads, timeout=patience(10))


def figure(page: str, name: str, **labels: str) -> float | None:
    answer = ask(page)
    assert answer.status_code == 200, answer.text
    return Scraped(answer.text).value(name, **labels)


def delivered(lincoln: School, room: str) -> float:
    """Press in a room; how many seconds it took until a receiver had it, and the lamp was told."""
    wall, pressed = Wall(lincoln), alert(room, unit=UnitId(f"lincoln-{room}"))
    began = time.monotonic()
    wall.press(pressed)
    until(lambda: "DELIVERED" in wall.stages(pressed), within=10)
    wall.stop()
    return time.monotonic() - began


def test_a_press_is_counted_and_timed_on_its_way_to_the_receiver(lincoln: School) -> None:
    page = show(lincoln)
    with running(lincoln), process(lincoln, "monitor"):
        assert figure(page, "tocsin_presses_total") == 0
        delivered(lincoln, "100")
        until(lambda: figure(page, "tocsin_deliveries_total", endpoint="county-911") == 1, 10, 0.2)
        found = Scraped(ask(page).text)
        assert found.value("tocsin_presses_total") == 1
        assert found.value("tocsin_hop_seconds_count", hop="press to receipt") == 1
        assert found.value("tocsin_hop_seconds_bucket", hop="press to receipt", le="15.0") == 1
        assert found.value("tocsin_gateway_up") == found.value("tocsin_gateway_store_up") == 1
        assert found.value("tocsin_incidents_open") == found.value("tocsin_alerts_unanswered") == 1
        assert found.value("tocsin_alerts_owed", endpoint="county-911") == 0
    (lincoln.folder / "monitor.log").unlink()
    # Without a gateway nothing is claimed of it.
    with process(lincoln, "monitor"):
        assert figure(page, "tocsin_gateway_up") == 0


def test_only_who_shows_the_word_reads_the_figures(lincoln: School) -> None:
    (lincoln.folder / "token").write_text(f"{TOKEN}\n")
    page = show(lincoln, token_file="token")
    with running(lincoln), process(lincoln, "monitor"):
        for heads in ({}, {"authorization": "Bearer "}, {"authorization": f"Bearer {TOKEN}x"}):
            refused = ask(page, **heads)
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
            assert "tocsin_" not in refused.text
        assert "tocsin_gateway_up 1.0" in ask(page, authorization=f"Bearer {TOKEN}").text
        assert requests.post(page, timeout=patience(10)).status_code == 405


@pytest.mark.parametrize(
    ("metrics", "why"),
    [
        ({"host": "0.0.0.0"}, "off loopback [metrics] needs cert, key and token_file"),
        ({"key": "secret"}, "cert and key go together"),
    ],
)
def test_figures_leave_the_machine_by_tls_and_with_a_word_alone(
    lincoln: School, metrics: dict[str, str], why: str
) -> None:
    show(lincoln, **metrics)
    refused = lincoln.call("check")
    assert refused.returncode == 78
    assert why in refused.stderr


def test_scrapers_that_hang_and_a_frozen_page_delay_no_press(lincoln: School) -> None:
    page = show(lincoln)
    port = int(page.split(":")[2].partition("/")[0])
    with running(lincoln), process(lincoln, "monitor") as monitor, ExitStack() as held:
        usual = delivered(lincoln, "100")
        for number in range(80):
            # Half of them ask and read nothing, half never end their question.
            line = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + b"\r\n" * (number % 2))
        assert figure(page, "tocsin_presses_total") == 1
        freeze(monitor)
        assert delivered(lincoln, "101") < patience(1.0) + 2 * usual
