"""What must not work: no right, no login, no token, no picture (attack matrix H23 to H25)."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from gateway.config.roles import Role
from tests.console.school import PASSWORD, ConsoleSchool, LoggedIn, OwnConsole, console_school
from tests.waiting import patience, until


@pytest.fixture(scope="module")
def school() -> Iterator[ConsoleSchool]:
    with console_school() as running:
        running.press("204")
        yield running


@pytest.fixture
def incident(school: ConsoleSchool) -> str:
    return f"/incidents/{school.incident()}"


def test_without_a_login_nothing_is_shown(school: ConsoleSchool, incident: str) -> None:
    for path in ("/", "/state", "/plan", f"{incident}/", f"{incident}/news"):
        answer = requests.get(f"{school.console}{path}", timeout=patience(5), allow_redirects=False)
        assert answer.status_code in (303, 401), path
        assert "Room 204" not in answer.text


def test_a_changed_link_opens_nothing(school: ConsoleSchool) -> None:
    link = school.live_url()
    wrong = f"{link[:-2]}{'A' if link[-2] != 'A' else 'B'}/"
    assert requests.get(link, timeout=patience(5)).status_code == 200
    for path in ("", "news", "watch?camera=hall-2", "pictures/1"):
        assert requests.get(f"{wrong}{path}", timeout=patience(5)).status_code == 403


@pytest.mark.parametrize(
    ("role", "what", "status"),
    [
        (Role.VIEWER, "message", 403),
        (Role.VIEWER, "cancel", 403),
        (Role.STAFF, "message", 204),
        (Role.STAFF, "close", 403),
        (Role.SRO, "acknowledge", 204),
        (Role.SRO, "edit-plan", 400),
    ],
)
def test_a_role_does_what_it_may_and_no_more(
    school: ConsoleSchool, incident: str, role: Role, what: str, status: int
) -> None:
    answer = school.log_in(role).post(f"{incident}/act", {"what": what, "text": "x"})
    assert answer.status_code == status


def test_crossing_a_role_is_written_down(school: ConsoleSchool, incident: str) -> None:
    viewer = school.log_in(Role.VIEWER)
    assert viewer.post(f"{incident}/act", {"what": "cancel"}).status_code == 403
    assert viewer.post("/plan", {"places": '{"204":[1,1]}'}).status_code == 403
    assert viewer.post("/cameras/hall-2/test", {}).status_code == 403
    sql = "SELECT count(*) FROM event WHERE what = 'refused' AND by = 'test-viewer'"
    until(lambda: school.rows(sql)[0][0] >= 3)


def test_by_a_live_link_nobody_cancels_closes_or_exports(school: ConsoleSchool) -> None:
    link = school.live_url()
    headers = {"origin": school.console}
    for path, fields in (
        ("act", {"what": "cancel", "name": "Day"}),
        ("act", {"what": "close", "name": "Day"}),
        ("export", {"reason": "x"}),
    ):
        answer = requests.post(f"{link}{path}", json=fields, headers=headers, timeout=patience(5))
        assert answer.status_code == 403


def test_messages_without_end_by_a_live_link_are_refused_in_words(school: ConsoleSchool) -> None:
    link, headers = school.live_url(), {"origin": school.console}
    said = {"what": "message", "name": "Day", "text": "x" * 490}
    told = [
        requests.post(f"{link}act", json=said, headers=headers, timeout=patience(5))
        for _ in range(40)
    ]
    assert [each.status_code for each in told] == [204] * 30 + [429] * 10
    assert told[-1].text.strip().endswith("Wait a minute.")


@pytest.mark.parametrize(("what", "alerts"), [("split", []), ("split", None), ("join", [])])
def test_a_move_of_nothing_or_of_all_is_refused_in_words(
    school: ConsoleSchool, incident: str, what: str, alerts: list[object] | None
) -> None:
    sql = f"SELECT id, presses FROM alert WHERE incident = '{incident.rpartition('/')[2]}'"
    every = [{"id": name, "presses": presses} for name, presses in school.rows(sql)]
    sro = school.log_in(Role.SRO)
    for named in (alerts, every) if what == "split" else (alerts,):
        answer = sro.post(f"{incident}/act", {"what": what, "alerts": named, "text": ""})
        assert answer.status_code == 400
        assert "rooms" in answer.text


def test_a_change_from_another_site_is_refused(school: ConsoleSchool, incident: str) -> None:
    sro, said = school.log_in(Role.SRO), {"what": "message", "text": "x"}
    url = f"{school.console}{incident}/act"
    assert sro.post(f"{incident}/act", said, origin="http://evil.example").status_code == 403
    assert sro.post(f"{incident}/act", said, **{"x-csrf-token": ""}).status_code == 403
    form = sro.session.post(url, data="what=message&text=x", timeout=patience(5))
    assert form.status_code == 403
    text = sro.session.post(url, data=json.dumps(said), headers={"content-type": "text/plain"})
    assert text.status_code == 403
    plain = requests.post(url, json=said, cookies=sro.session.cookies, timeout=patience(5))
    assert plain.status_code == 403


def test_no_get_changes_anything(school: ConsoleSchool, incident: str) -> None:
    admin = school.log_in(Role.ADMINISTRATOR)
    for path in (f"{incident}/act", f"{incident}/export", "/logout", "/cameras/hall-2/test"):
        assert admin.get(path).status_code == 405


def test_the_cookie_is_strict_and_the_id_of_a_session_is_never_the_browser_s_own(
    school: ConsoleSchool,
) -> None:
    session = requests.Session()
    session.cookies.set("tocsin", "planted")
    answer = session.post(
        f"{school.console}/login",
        json={"name": "test-staff", "password": PASSWORD},
        headers={"origin": school.console},
        timeout=patience(5),
    )
    cookie = answer.headers["set-cookie"]
    assert "planted" not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_every_answer_bears_the_headers_and_no_policy_is_loose(school: ConsoleSchool) -> None:
    for path in ("/login", "/static/elements.js", "/nothing", "/state"):
        headers = requests.get(f"{school.console}{path}", timeout=patience(5)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"


def test_a_thousand_guesses_are_throttled_after_ten_and_do_not_stop_the_pages(
    school: ConsoleSchool,
) -> None:
    with closing(OwnConsole(school)) as own, requests.Session() as guesser:
        guesser.headers["origin"] = own.url
        answers = [
            guesser.post(
                f"{own.url}/login", json={"name": "nobody", "password": f"guess {n}"}
            ).status_code
            for n in range(1000)
        ]
        link = school.live_url().replace(school.console, own.url)
        assert requests.get(link, timeout=patience(2)).status_code == 200
    looked_at = answers.count(403)
    assert answers[:10] == [403] * 10
    assert looked_at <= 15
    assert answers.count(429) == 1000 - looked_at


def test_an_export_is_whole_hashed_and_logged_with_its_reason(
    school: ConsoleSchool, incident: str
) -> None:
    sro = school.log_in(Role.SRO)
    until(school.settings.album.exists)
    assert sro.post(f"{incident}/export", {"reason": ""}).status_code == 400
    answer = sro.post(f"{incident}/export", {"reason": "for the county's inquiry"})
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    lines = archive.read("SHA256SUMS").decode().splitlines()
    for digest, name in (line.split("  ") for line in lines):
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert len(lines) == len(archive.namelist()) - 1
    assert any(line.endswith(".jpg") for line in lines)
    assert b"204" in archive.read("report.json")
    sql = "SELECT text FROM event WHERE what = 'export' AND by = 'test-sro'"
    assert until(lambda: school.rows(sql)) == [("for the county's inquiry",)]


def test_a_look_at_pictures_is_written_down_once_and_makes_no_report(
    school: ConsoleSchool, incident: str
) -> None:
    viewer = school.log_in(Role.VIEWER)
    for _ in range(3):
        url = f"{school.console}{incident}/watch?camera=hall-2"
        with viewer.session.get(url, stream=True, timeout=patience(5)) as stream:
            assert b"image/jpeg" in next(stream.iter_content(200))
    sql = "SELECT text FROM event WHERE what = 'view' AND by = 'test-viewer'"
    assert until(lambda: school.rows(sql)) == [("live: hall-2",)]
    assert not [event for event in school.reported()["events"] if event["what"] == "view"]


def test_a_camera_is_tested_by_a_named_administrator_and_that_is_written_down(
    school: ConsoleSchool,
) -> None:
    answer = school.log_in(Role.ADMINISTRATOR).post("/cameras/gym/test", {})
    assert answer.headers["content-type"] == "image/jpeg"
    sql = "SELECT by, text FROM event WHERE what = 'test-camera'"
    assert until(lambda: school.rows(sql)) == [("test-administrator", "gym")]


def test_rooms_are_moved_in_the_register_and_everybody_reads_it_again(
    school: ConsoleSchool,
) -> None:
    admin = school.log_in(Role.ADMINISTRATOR)
    before = school.settings.site.rooms.read_text()
    assert admin.post("/plan", {"places": '{"204": [20.5, 70]}'}).status_code == 204
    moved = "204,Room 204,Main,2,lincoln-204,hall-2,20.5,70"
    until(lambda: moved in school.settings.site.rooms.read_text())
    after = school.settings.site.rooms.read_text()
    assert len(after.splitlines()) == len(before.splitlines())
    log = school.folder / "gateway.log"
    until(lambda: "settings read again" in log.read_text())
    assert admin.post("/plan", {"places": '{"204": [101, 70]}'}).status_code == 400
    assert admin.post("/plan", {"places": "[]"}).status_code == 400


def test_cameras_are_placed_beside_the_register_and_shown_to_officers(
    school: ConsoleSchool,
) -> None:
    admin = school.log_in(Role.ADMINISTRATOR)
    moved = {"cameras": '{"gym": [12.5, 80], "no-such": [1, 1]}'}
    assert admin.post("/plan", moved).status_code == 204
    written = school.settings.site.rooms.with_name("cameras-on-plan.csv")
    until(written.exists)
    assert written.read_text() == "camera,x,y\ngym,12.5,80\n"
    assert 'data-camera="gym" data-x="12.5" data-y="80.0"' in admin.get("/plan").text
    assert admin.post("/plan", {"places": "{}"}).status_code == 400


def test_logging_out_ends_the_session(school: ConsoleSchool) -> None:
    staff: LoggedIn = school.log_in(Role.STAFF)
    assert staff.get("/state").status_code == 200
    assert staff.post("/logout", {}).status_code == 204
    assert staff.get("/state").status_code == 401
