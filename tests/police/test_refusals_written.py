"""Whatever the receiver refuses a person stands in its books and in its log, once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.police.people import Person
from tests.police.school import Receiver, alert, receiving, report
from tests.waiting import until

Ask = Callable[[Receiver, Person], int]
ANSWER = {"sender": "lincoln", "incident": "x", "what": "acknowledge", "name": "", "text": ""}
REPORT = report([alert()])
WORDS: dict[str, tuple[Ask, str]] = {
    "a wrong password": (
        lambda receiver, _: Person(receiver).log_in("ito", "wrong"),
        "refused   ito: login: wrong password, from 127.0.0.1",
    ),
    "a login from another site": (
        lambda receiver, _: strange(receiver).log_in("ito", "wrong"),
        "refused   somebody without account: /login from another site",
    ),
    "an answer of who may only see": (
        lambda _, ito: ito.post("/answers", ANSWER).status_code,
        "refused   ito: wanted to change /answers",
    ),
    "a report with its live link": (
        lambda _, ito: ito.get(f"/incidents/{REPORT['incident']['id']}").status_code,
        "refused   ito: GET /incidents/",
    ),
    "a look that no page of ours sends": (
        lambda _, ito: ito.session.post(f"{ito.url}/looks", data="x").status_code,
        "refused   ito: POST /looks (403)",
    ),
    "a login that is too long": (
        lambda receiver, _: Person(receiver).log_in("ito", "x" * 9_000),
        "refused   somebody without account: POST /login (413)",
    ),
}


def strange(receiver: Receiver) -> Person:
    person = Person(receiver)
    person.session.headers["origin"] = "http://evil.example"
    return person


@pytest.mark.parametrize("case", WORDS)
def test_a_refusal_is_in_the_books_and_in_the_log(tmp_path: Path, case: str) -> None:
    ask, words = WORDS[case]
    with receiving(tmp_path) as receiver:
        ito = Person(receiver)
        assert ito.log_in("ito", receiver.make_account("ito", "viewer")) == 204
        assert receiver.post(REPORT).status_code == 200
        assert ask(receiver, ito) in (403, 413)
        until(lambda: words in receiver.run("events")[1])
        assert receiver.run("events")[1].count("refused  ") == 1
        logged = f"refused: {words.removeprefix('refused   ')}"
        assert logged in (tmp_path / "police.log").read_text()
