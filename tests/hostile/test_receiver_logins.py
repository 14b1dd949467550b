"""H52 and H53: who guesses at the receiver's page, and what reports and dispatchers see of it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from service.throttle import FREE
from tests.police.people import Person
from tests.police.school import Receiver, alert, receiving, report
from tests.waiting import patience, until


def guess(receiver: Receiver, name: str, password: str, start: threading.Barrier | None) -> int:
    if start:
        start.wait(patience(30))
    fields = {"name": name, "password": password}
    headers = {"origin": receiver.url}
    url = f"{receiver.url}/login"
    return requests.post(url, json=fields, headers=headers, timeout=patience(30)).status_code


def test_h52_of_400_guesses_at_once_ten_are_checked_while_reports_and_pages_go_on(
    tmp_path: Path,
) -> None:
    with receiving(tmp_path) as receiver, ThreadPoolExecutor(100) as pool:
        password, hill = receiver.make_account("hill"), Person(receiver)
        assert hill.log_in("hill", password) == 204
        start = threading.Barrier(100)
        answers = [pool.submit(guess, receiver, "hill", f"{n}", start) for n in range(400)]
        slowest = 0.0
        while not all(each.done() for each in answers):
            began = time.monotonic()
            assert receiver.post(report([alert()])).status_code == 200
            assert hill.get("/incidents").status_code == 200
            slowest = max(slowest, time.monotonic() - began)
        found = [each.result() for each in answers]
        assert slowest < patience(3)
        assert found.count(403) <= FREE + 2  # the first waits may be over by then
        assert found.count(403) + found.count(429) == 400
        assert hill.log_in("hill", password) == 204


def test_h52_each_refusal_is_an_event_or_counted_and_no_password_is(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver:
        receiver.make_account("hill")
        secret = "my-own-password\n\x1b[31m"
        assert guess(receiver, "hill", secret, None) == 403
        assert guess(receiver, secret, secret, None) == 403
        for n in range(30):
            guess(receiver, "hill", f"{n}", None)
        told = receiver.run("events")[1]
        assert "refused   hill: login: wrong password, from 127.0.0.1" in told
        assert "refused   somebody without account: login: wrong password" in told
        assert len(told.splitlines()) <= 6
        log = (tmp_path / "police.log").read_text()
        assert "refused: hill: login: wrong password, from 127.0.0.1" in log
        for words in (told, log):
            assert "my-own" not in words
            assert "\x1b" not in words
        # Once a minute it is said how many there were.
        until(lambda: "more times, from 127.0.0.1" in receiver.run("events")[1], within=90)


def test_h53_no_page_picture_or_answer_without_an_account_whatever_the_address_looks_like(
    tmp_path: Path,
) -> None:
    with receiving(tmp_path) as receiver:
        receiver.make_account("hill")
        document = report([alert()])
        receiver.post(document)
        stranger = Person(receiver)
        stranger.session.cookies.set("tocsin-police", "0" * 43)
        for path in (
            "/incidents", "/live", "/incidents/x.js", "/who", "//incidents", "/login/../incidents",
            "/account/state", "/incidents?a=/login", "/INCIDENTS", "/incidents/",
        ):  # fmt: skip
            assert stranger.get(path).status_code in (401, 404), path
        assert stranger.answer(document) == 401
        assert stranger.post("/looks", {"viewer": "12345678", "looks": []}).status_code == 401
