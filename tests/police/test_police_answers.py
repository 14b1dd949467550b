"""What a dispatcher answers reaches the school that asks, once, and nobody else."""

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.chromium import chromium
from tests.police.school import (
    OTHER_SECRET,
    SECRET,
    Receiver,
    alert,
    receiving,
    report,
    shown,
    signed,
)
from tests.waiting import patience, until
from wire.limits import LARGEST_RECEIPT, MOST_ALERTS


def ask(receiver: Receiver, after: int = 0, secret: str = SECRET, **more: Any) -> Any:
    headers = signed(b"", f"answers.{after}.{uuid.uuid4()}", secret)
    del headers["content-type"]
    url = f"{receiver.url}/reports/answers"
    return requests.get(
        url, {"after": more.get("asks", after)}, headers=headers, timeout=patience(30)
    )


def say(receiver: Receiver, document: Any, what: str = "acknowledge", **more: Any) -> int:
    fields = {"sender": "lincoln", "incident": document["incident"]["id"], "what": what,
              "name": "Dispatcher Hill", "text": "", **more}  # fmt: skip
    headers = {"origin": receiver.url}
    answer = requests.post(
        f"{receiver.url}/answers", json=fields, headers=headers, timeout=patience(10)
    )
    return answer.status_code


def connected(receiver: Receiver) -> bool:
    """True if somebody is connected to the receiver, by the kernel's table."""
    lines = Path(f"/proc/{receiver.process.pid}/net/tcp").read_text().splitlines()[1:]
    rows = [line.split() for line in lines]
    return any(row[1].endswith(f":{receiver.port:04X}") and row[3] == "01" for row in rows)


def newest(receiver: Receiver) -> int:
    """The number of the last answer so far: each test begins after it."""
    document = report([alert()])
    receiver.post(document)
    assert say(receiver, document) == 204
    found: list[dict[str, int]] = ask(receiver).json()["answers"]
    return found[-1]["number"]


def test_an_answer_is_told_to_the_school_that_asks_and_shown(receiver: Receiver) -> None:
    after, document = newest(receiver), report([alert()])
    receiver.post(document)
    assert say(receiver, document, "message", text="which door?") == 204
    (told,) = ask(receiver, after).json()["answers"]
    assert told["incident"] == document["incident"]["id"]
    assert (told["what"], told["by"], told["text"]) == ("message", "Dispatcher Hill", "which door?")
    assert shown(receiver, document)["answers"][0]["text"] == "which door?"
    assert ask(receiver, after).json() == {"answers": [told]}


def test_another_school_hears_nothing_of_it(receiver: Receiver) -> None:
    document = report([alert()])
    receiver.post(document, secret=OTHER_SECRET)
    assert say(receiver, document, sender="other-school") == 204
    told = ask(receiver, 0, OTHER_SECRET).json()["answers"]
    assert {each["incident"] for each in told} == {document["incident"]["id"]}


@pytest.mark.parametrize("secret", ["whsec_" + "A" * 44])
def test_a_wrong_signature_gets_no_answers(receiver: Receiver, secret: str) -> None:
    assert ask(receiver, 0, secret).status_code == 401
    assert ask(receiver, 0, asks=1).status_code == 400
    assert ask(receiver, 10**20).status_code == 400
    assert (
        requests.get(f"{receiver.url}/reports/answers?after=0", timeout=patience(5)).status_code
        == 401
    )


def test_another_site_in_the_dispatcher_s_browser_answers_nothing(receiver: Receiver) -> None:
    document = report([alert()])
    receiver.post(document)
    body = json.dumps({"sender": "lincoln", "incident": document["incident"]["id"],
                       "what": "acknowledge", "name": "x", "text": ""})  # fmt: skip
    for headers in (
        {"origin": "http://evil.example", "content-type": "application/json"},
        {"origin": receiver.url, "content-type": "text/plain"},
        {"content-type": "application/json"},
    ):
        answer = requests.post(
            f"{receiver.url}/answers", body, headers=headers, timeout=patience(5)
        )
        assert answer.status_code == 403


def test_an_answer_to_nothing_or_in_other_words_is_refused(receiver: Receiver) -> None:
    document = report([alert()])
    assert say(receiver, document) == 409
    receiver.post(document)
    assert say(receiver, document, "close") == 400
    assert say(receiver, document, "message") == 400
    assert say(receiver, document, name="") == 400


@pytest.mark.browser
def test_an_alert_that_nobody_has_taken_cannot_be_missed_until_somebody_does(
    receiver: Receiver,
) -> None:
    document = report([alert("217")])
    document["site"]["name"] = "Waiting School"
    receiver.post(document)
    with chromium() as browser:
        page: Page = browser.new_page()
        page.goto(receiver.url)
        shown_there = page.locator("article[aria-label*='Waiting School']")
        expect(shown_there).to_have_attribute("data-taken", "false")
        expect(shown_there.locator(".standing")).to_contain_text("Nobody has taken this")
        expect(page.locator("#mute")).to_be_visible()
        page.locator("#mute").click()
        expect(page.locator("#mute")).to_be_hidden()
        shown_there.get_by_label("Your name").fill("Hill")
        shown_there.get_by_role("button", name="We have this").click()
        expect(shown_there).to_have_attribute("data-taken", "true")
        expect(shown_there.locator(".standing")).to_have_text("Hill: acknowledged")
        assert say(receiver, document, "all-clear", name="Hill") == 204
        expect(shown_there.locator(".standing")).to_have_text("Hill: all clear")
        expect(shown_there).to_have_attribute("data-taken", "true")


def test_a_receiver_ends_at_once_though_a_school_waits_for_news(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver, ThreadPoolExecutor() as pool:
        waiting = pool.submit(ask, receiver, 0)
        until(lambda: connected(receiver))
        receiver.incidents()  # a round after the school's question, so that it was read
        began = time.monotonic()
        receiver.end()
        assert time.monotonic() - began < patience(3.0)
        assert waiting.result().json() == {"answers": []}


def test_an_answer_names_the_alerts_and_presses_that_stood_on_the_screen(
    receiver: Receiver,
) -> None:
    before = newest(receiver)
    document = report([alert(presses=2)])
    receiver.post(document)
    seen = [{"id": document["alerts"][0]["id"], "presses": 2}]
    assert say(receiver, document, alerts=seen) == 204
    assert say(receiver, document, alerts=[{"id": "x"}]) == 204
    named, unnamed = ask(receiver, before).json()["answers"]
    assert named["alerts"] == seen
    assert "alerts" not in unnamed


def test_answers_about_a_storm_come_in_pieces_that_a_gateway_reads(receiver: Receiver) -> None:
    after = newest(receiver)
    document = report([alert(f"{number}") for number in range(MOST_ALERTS)])
    assert receiver.post(document).status_code == 200
    seen = [{"id": each["id"], "presses": 1} for each in document["alerts"]]
    assert [say(receiver, document, alerts=seen) for _ in range(5)] == [204] * 5
    told: list[Any] = []
    while len(told) < 5:
        answer = ask(receiver, told[-1]["number"] if told else after)
        assert len(answer.content) <= LARGEST_RECEIPT
        told += answer.json()["answers"]
    assert [len(each["alerts"]) for each in told] == [MOST_ALERTS] * 5
