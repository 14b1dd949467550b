"""Dispatchers log in by accounts of their own, and answer under their own names."""

import json
import sqlite3
import time
from pathlib import Path

import pytest

from tests.police.people import Person
from tests.police.school import Receiver, alert, jpeg, picture, receiving, report, shown
from tests.service.login import code_of
from tests.waiting import patience

SHARED = '[page]\nuser = "Dispatch Center"\npassword_file = "shared.password"'


def test_accounts_are_made_listed_changed_and_removed(tmp_path: Path) -> None:
    receiver = Receiver(tmp_path)
    made = receiver.account("hill", "--role", "dispatcher")
    assert made.startswith("account hill made, role dispatcher; its password, shown only now: ")
    receiver.account("ito", "--role", "viewer")
    listed = [line.split() for line in receiver.account().splitlines()]
    assert listed == [["hill", "dispatcher"], ["ito", "viewer"]]
    assert "removed" in receiver.account("ito", "--remove")
    assert "hill is the last dispatcher" in receiver.account("hill", "--remove")
    assert (tmp_path / "accounts.db").stat().st_mode & 0o777 == 0o600


def test_once_there_is_an_account_pages_ask_for_one_and_reports_do_not(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver:
        assert receiver.session.get(f"{receiver.url}/incidents").status_code == 200
        password = receiver.make_account("hill")
        document = report([alert()], pictures=[picture(jpeg("seen"))])
        assert receiver.post(document).status_code == 200
        stranger, hill = Person(receiver), Person(receiver)
        picked = f"/pictures/{document['pictures'][0]['sha256']}.jpg"
        paths = ("/incidents", "/live", "/who", "/account/state", picked, "/index.html")
        for path in paths:
            assert stranger.get(path).status_code == 401, path
        assert stranger.get("/").headers["location"] == "/login"
        assert stranger.answer(document) == 401
        assert hill.log_in("hill", "wrong") == 403
        assert hill.log_in("hill", password) == 204
        assert [hill.get(path).status_code for path in ("/", "/incidents", picked)] == [200] * 3


def test_an_answer_bears_the_name_of_the_account_and_no_other(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver:
        password, document = receiver.make_account("hill"), report([alert()])
        receiver.post(document)
        hill = Person(receiver)
        hill.log_in("hill", password)
        assert hill.answer(document, name="Chief Ito") == 204
        receiver.session.cookies.update(hill.session.cookies)
        assert shown(receiver, document)["answers"][0]["by"] == "hill"


def test_a_viewer_sees_and_looks_and_answers_nothing(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver:
        receiver.make_account("hill")
        password, document = receiver.make_account("wall", "viewer"), report([alert()])
        receiver.post(document)
        wall = Person(receiver)
        wall.log_in("wall", password)
        assert wall.get("/incidents").status_code == 200
        assert wall.post("/looks", {"viewer": "12345678", "looks": []}).status_code == 204
        assert wall.answer(document) == 403
        assert "wall: wanted to change /answers" in receiver.run("events")[1]


def test_a_viewer_gets_no_link_by_which_people_answer(tmp_path: Path) -> None:
    link = "https://school.example/live/secret-word"
    with receiving(tmp_path) as receiver:
        names = {"hill": "dispatcher", "wall": "viewer"}
        document = report([alert()], live_url=link)
        receiver.post(document)
        told = {}
        for name, role in names.items():
            person = Person(receiver)
            person.log_in(name, receiver.make_account(name, role))
            raw = f"/incidents/{document['incident']['id']}"
            told[name] = [person.get(path).text for path in ("/incidents", raw, "/who")]
            for who in told[name][:1]:
                assert json.loads(who)[0]["rooms"]
        assert [link in each for each in told["hill"]] == [True, True, False]
        assert [link in each for each in told["wall"]] == [False] * 3


def test_the_login_that_all_shared_goes_on_as_an_account_until_it_is_removed(
    tmp_path: Path,
) -> None:
    (tmp_path / "shared.password").write_text("short secret\n")
    with receiving(tmp_path, SHARED) as receiver:
        document, all_of_them = report([alert()]), Person(receiver)
        receiver.post(document)
        assert all_of_them.log_in("dispatch-center", "short secret") == 204
        assert all_of_them.answer(document, name="Hill") == 204
        receiver.session.cookies.update(all_of_them.session.cookies)
        assert shown(receiver, document)["answers"][0]["by"] == "Hill, dispatch-center"
        assert "one account that all share" in receiver.run("check")[1]
        receiver.make_account("hill")
        assert "removed" in receiver.account("dispatch-center", "--remove")
        assert all_of_them.get("/incidents").status_code == 401
        receiver.end()
        receiver.start()
        assert all_of_them.log_in("dispatch-center", "short secret") == 403


def test_a_session_outlives_a_restart_and_ends_with_its_account(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver:
        receiver.make_account("hill")
        password = receiver.make_account("ito")
        ito = Person(receiver)
        ito.log_in("ito", password)
        receiver.end()
        receiver.start()
        assert ito.get("/incidents").status_code == 200
        receiver.account("ito", "--remove")
        assert ito.get("/incidents").status_code == 401


@pytest.mark.parametrize("end", ["remove", "log out", "first account"])
def test_a_stream_of_news_ends_with_the_right_to_see_it(tmp_path: Path, end: str) -> None:
    with receiving(tmp_path) as receiver:
        person = Person(receiver)
        if end != "first account":
            receiver.make_account("hill")
            person.log_in("ito", receiver.make_account("ito"))
        with person.listen() as stream:
            pieces = stream.iter_content(None)
            assert b"changed" in next(pieces)
            if end == "log out":
                assert person.post("/logout", {}).status_code == 204
            elif end == "remove":
                receiver.account("ito", "--remove")
            else:
                receiver.make_account("hill")
            ends = time.monotonic() + patience(8)
            while time.monotonic() < ends and next(pieces, b""):
                pass
            assert time.monotonic() < ends


def test_a_role_that_needs_a_code_sees_no_alert_without_one(tmp_path: Path) -> None:
    extra = '[accounts]\nsecond_factor = ["dispatcher"]'
    with receiving(tmp_path, extra) as receiver:
        password, hill = receiver.make_account("hill"), Person(receiver)
        assert hill.log_in("hill", password) == 204
        assert hill.get("/incidents").status_code == 403
        assert hill.get("/").headers["location"] == "/account"
        secret = hill.post("/account/factor/new", {}).json()["secret"]
        codes = hill.post("/account/factor", {"code": code_of(secret, time.time())}).json()
        assert hill.get("/incidents").status_code == 200
        again = Person(receiver)
        assert again.log_in("hill", password) == 401
        assert again.log_in("hill", password, codes["recovery"][0]) == 204
        assert again.log_in("hill", password, codes["recovery"][0]) == 403
        assert "with a second factor" in receiver.account()
        receiver.account("hill", "--reset-codes")
        assert again.get("/incidents").status_code == 401


def test_reports_are_taken_where_accounts_are_spoilt_and_pages_are_shown_to_nobody(
    tmp_path: Path,
) -> None:
    (tmp_path / "accounts.db").write_bytes(b"no database " * 100)
    with receiving(tmp_path) as receiver:
        assert receiver.post(report([alert()])).status_code == 200
        assert receiver.session.get(f"{receiver.url}/incidents").status_code == 503


def test_reports_are_taken_where_accounts_are_spoilt_later(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver:
        password, hill = receiver.make_account("hill"), Person(receiver)
        hill.log_in("hill", password)
        with sqlite3.connect(tmp_path / "accounts.db") as db:
            db.execute("DROP TABLE session")
        db.close()
        assert hill.get("/incidents").status_code == 503
        assert receiver.post(report([alert()])).status_code == 200


@pytest.mark.parametrize("host", ["police.example", "192.0.2.1"])
def test_off_this_machine_nothing_is_shown_before_there_is_an_account(
    tmp_path: Path, host: str
) -> None:
    with receiving(tmp_path) as receiver:
        answer = receiver.session.get(f"{receiver.url}/incidents", headers={"host": host})
        assert answer.status_code == 403
        assert "tocsin-police account" in answer.text
