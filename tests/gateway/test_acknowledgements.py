"""The answers of a receiver's people are heard once each, whatever its numbers, haste or clock."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.receivers.http.acknowledgements import AcknowledgementPoller
from gateway.receivers.http.answer_list import read_answers
from gateway.store.actions import ActionQueue
from gateway.store.writer import Store
from tests.gateway.sending import Book, signing
from tests.waiting import until
from wire.ids import EndpointName

COUNTY = EndpointName("county-911")
INCIDENT = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


def answer(number: int, text: str = "", what: str = "message", **other: Any) -> dict[str, Any]:
    return {"number": number, "incident": INCIDENT, "what": what, "text": text, **other}


class Receiver(ThreadingHTTPServer):
    """Answers at once with those of `answers` after the number that is asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[dict[str, Any]] = []
        self.ahead = 0.0
        self.polls = 0
        self.url = f"http://127.0.0.1:{self.server_port}/answers"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        receiver: Any = self.server
        receiver.polls += 1
        now = time.time() + receiver.ahead
        if abs(int(self.headers["webhook-timestamp"]) - now) > 300:
            self._say(401, {}, now)
            return
        after = int(parse_qs(urlsplit(self.path).query)["after"][0])
        found = [each for each in receiver.answers if each["number"] > after]
        self._say(200, {"answers": found}, now)

    def _say(self, status: int, document: object, now: float) -> None:
        body = json.dumps(document).encode()
        self.send_response_only(status)
        self.send_header("Date", self.date_time_string(int(now)))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        threading.Thread(target=found.serve_forever, args=(0.02,), daemon=True).start()
        yield found
        found.shutdown()


@pytest.fixture
def texts(tmp_path: Path) -> Callable[[], list[str]]:
    """What the table of actions holds, oldest first."""
    Store(tmp_path / "store", lambda _: None).load([], 0.0)  # type: ignore[arg-type]

    def read() -> list[str]:
        with closing(sqlite3.connect(tmp_path / "store")) as db:
            return [text for (text,) in db.execute("SELECT text FROM action ORDER BY rowid")]

    return read


@contextmanager
def polling(
    folder: Path, receiver: Receiver, from_start_every: float = 60.0
) -> Iterator[SimpleQueue[Any]]:
    """A poller that asks until the receiver ends, and what it puts."""
    put: SimpleQueue[Any] = SimpleQueue()
    queue = ActionQueue(folder / "store")
    poller = AcknowledgementPoller(
        COUNTY, receiver.url, signing(), Book("127.0.0.1"), queue, put.put, from_start_every
    )
    poller.start()
    yield put


def test_an_empty_answer_at_once_costs_a_poll_a_second(
    tmp_path: Path, receiver: Receiver, texts: Callable[[], list[str]]
) -> None:
    began = time.monotonic()
    with polling(tmp_path, receiver):
        until(lambda: receiver.polls >= 3)
        assert time.monotonic() - began >= 1.9
    assert texts() == []


def test_news_in_every_answer_costs_five_polls_a_second(
    tmp_path: Path, receiver: Receiver, texts: Callable[[], list[str]]
) -> None:
    receiver.answers = [answer(n, str(n)) for n in range(1, 3)]
    began = time.monotonic()
    with polling(tmp_path, receiver):
        until(lambda: len(texts()) == 2)
        receiver.answers.append(answer(3, "3"))
        until(lambda: len(texts()) == 3)
        assert receiver.polls <= 2 + (time.monotonic() - began) / 0.2


def test_a_bad_answer_blocks_no_good_one_beside_it(
    tmp_path: Path, receiver: Receiver, texts: Callable[[], list[str]]
) -> None:
    bad = [answer(2**64, "huge"), answer(7, "odd", incident=["x"]), answer(8, "\ud800")]
    receiver.answers = [bad[0], answer(1, "good"), *bad[1:], answer(9, "good, too")]
    with polling(tmp_path, receiver):
        until(lambda: "good, too" in texts())
    assert "good" in texts()
    assert "huge" not in texts()


def test_a_receiver_that_was_set_up_anew_is_heard(
    tmp_path: Path, receiver: Receiver, texts: Callable[[], list[str]]
) -> None:
    receiver.answers = [answer(n, f"old {n}") for n in range(1, 4)]
    with polling(tmp_path, receiver, from_start_every=1.5):
        until(lambda: len(texts()) == 3)
        receiver.answers = [answer(1, "new 1", "dispatched")]
        until(lambda: "new 1" in texts())
        receiver.answers.append(answer(2, "new 2", "on-scene"))
        until(lambda: "new 2" in texts())
        polls = receiver.polls
        until(lambda: receiver.polls >= polls + 3)
    assert texts() == ["old 1", "old 2", "old 3", "new 1", "new 2"], "each is heard once"


def test_a_number_too_high_does_not_hide_those_after_it(
    tmp_path: Path, receiver: Receiver, texts: Callable[[], list[str]]
) -> None:
    receiver.answers = [answer(1, "first"), answer(2**53 - 1, "jump")]
    with polling(tmp_path, receiver, from_start_every=1.0):
        until(lambda: len(texts()) == 2)
        receiver.answers = [answer(1, "first"), answer(2, "second")]
        until(lambda: "second" in texts())


@pytest.mark.parametrize("ahead", [3600.0, -3600.0, 5 * 365 * 86_400.0])
def test_a_clock_that_is_off_lets_answers_pass(
    tmp_path: Path, receiver: Receiver, texts: Callable[[], list[str]], ahead: float
) -> None:
    receiver.ahead, receiver.answers = ahead, [answer(1, "there")]
    with polling(tmp_path, receiver):
        until(lambda: texts() == ["there"])


@pytest.mark.parametrize("said", [None, 7, ["a"], {}])
def test_what_is_no_text_is_no_word_of_a_person(said: object) -> None:
    body = json.dumps({"answers": [answer(1, by=said) | {"text": said}]}).encode()
    (action,) = read_answers(body, COUNTY).actions
    assert (action.by, action.text) == ("(county-911)", "")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"answers": 7}', b"[" * 100_000, b"\xff"])
def test_what_is_no_list_of_answers_is_a_fault_in_words(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_answers(body, COUNTY)


@pytest.mark.parametrize(
    ("alerts", "seen"),
    [
        ([{"id": INCIDENT.upper(), "presses": 2}], {INCIDENT: 2}),
        ([], {}),
        (None, None),
        ([{"id": INCIDENT}], None),
        ([{"id": INCIDENT, "presses": True}], None),
        ([{"id": "../x", "presses": 1}], None),
        ([7], None),
    ],
)
def test_an_answer_names_what_was_seen_or_does_not(alerts: object, seen: object) -> None:
    answer = {"number": 1, "incident": INCIDENT, "what": "on-scene", "by": "Hill", "alerts": alerts}
    body = json.dumps({"answers": [answer]}).encode()
    (action,) = read_answers(body, COUNTY).actions
    assert action.seen == seen
