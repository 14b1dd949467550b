"""People are told of what stands, over real carriers, until somebody takes it."""

import time
from datetime import UTC, datetime, timedelta

from tests.notices.school import Mailbox, Notices, Receiver, person
from tests.waiting import until
from wire.ids import Wall


def now() -> Wall:
    return Wall(time.time())


def hours(begin: timedelta, end: timedelta) -> str:
    """Quiet hours around this moment, by the clock of a school in UTC."""
    here = datetime.fromtimestamp(time.time(), UTC)
    return f"{here + begin:%H:%M}-{here + end:%H:%M}"


def test_a_person_is_told_over_each_carrier_until_somebody_takes_it_and_once_that_it_is_over(
    notices: Notices, mail: Mailbox, web: Receiver
) -> None:
    notices.write([person("Ms. Lee", mail.url("lee"), web.url)], alarm_repeat_seconds=1)
    notices.begin("not-delivered", now(), "rooms 204")
    with notices.running():
        until(lambda: len(mail.mails) > 2 and len(web.got) > 2, within=20)
        notices.take("not-delivered", "Ms. Lee", now())
        notices.end("not-delivered", Wall(now() - 110))
        until(lambda: "over" in mail.subjects()[-1] and "over" in web.titles()[-1], within=30)
    assert mail.subjects()[:2] == [
        "Lincoln School: ALARM: not-delivered",
        "Lincoln School: ALARM: not-delivered (2nd notice)",
    ]
    assert "rooms 204" in mail.text(0)
    assert "/notices/" in mail.text(0)
    assert sum("over" in each for each in mail.subjects()) == 1


def test_a_restart_tells_nothing_twice_and_forgets_nothing(
    notices: Notices, mail: Mailbox, web: Receiver
) -> None:
    notices.write([person("Ms. Lee", mail.url("lee"), web.url)])
    notices.begin("not-delivered", now())
    with notices.running():
        until(lambda: mail.mails and web.got, within=20)
        until(lambda: notices.rows("SELECT count(*) FROM attempt WHERE reached") == [(2,)])
    notices.begin("unverified-alert-lincoln-1", now())
    with notices.running():
        until(lambda: len(mail.mails) > 1, within=20)
    assert [each for each in mail.subjects() if "not-delivered" in each] == [mail.subjects()[0]]


def test_quiet_hours_hold_troubles_back_and_never_what_belongs_to_an_alarm(
    notices: Notices, mail: Mailbox, web: Receiver
) -> None:
    quiet = hours(timedelta(hours=-2), timedelta(hours=2))
    asleep = person("Mr. Night", mail.url("night"), web.url, quiet=quiet)
    awake = person("Ms. Day", mail.url("day"), web.url)
    notices.write([asleep, awake], time_zone="UTC")
    notices.begin("units-lost", Wall(now() - 60))
    with notices.running():
        until(lambda: mail.subjects("day"), within=20)
        notices.begin("not-delivered", now())
        until(lambda: mail.subjects("night"), within=20)
    assert all("not-delivered" in each for each in mail.subjects("night"))


def test_a_carrier_that_hangs_holds_no_other_and_each_attempt_has_its_answer(
    notices: Notices, mail: Mailbox, web: Receiver
) -> None:
    web.hangs = True
    people = [person("Ms. Lee", web.url, mail.url("lee")), person("Mr. Ray", mail.url("ray"))]
    notices.write(people)
    notices.begin("not-delivered", now())
    with notices.running():
        until(lambda: mail.subjects("lee") and mail.subjects("ray"), within=20)
        until(lambda: not notices.rows("SELECT 1 FROM attempt WHERE ended IS NULL"), within=40)
    answers = dict(notices.rows("SELECT carrier, answer FROM attempt WHERE NOT reached"))
    assert answers == {"1 json": "no answer within 20 s"}
    assert "sekret-word" not in notices.log.read_text() + str(answers)


def test_a_carrier_that_sends_us_elsewhere_is_not_followed(notices: Notices, web: Receiver) -> None:
    inside = Receiver()
    web.sends_to = inside.url.replace("json", "http")
    notices.write([person("Ms. Lee", web.url)])
    told = notices.call("notify", "--test", "all")
    inside.stop()
    assert (told.returncode, web.asked, inside.asked) == (1, 1, 0)


def test_a_carrier_whose_answer_does_not_end_takes_no_memory(
    notices: Notices, web: Receiver
) -> None:
    web.floods = True
    notices.write([person("Ms. Lee", web.url)])
    told = notices.call("notify", "--test", "all")
    assert "1 json: the attempt ended without an answer" in told.stdout


def test_a_gateway_that_is_dead_is_told_by_the_notices_themselves(
    notices: Notices, mail: Mailbox
) -> None:
    notices.sign.take_back()
    notices.write([person("Ms. Lee", mail.url("lee"))])
    with notices.running():
        until(lambda: mail.mails, within=45)
    assert mail.subjects() == ["Lincoln School: URGENT: gateway-silent"]
    assert "I have it" not in mail.text()  # nobody can take it


def test_people_who_change_are_taken_at_once_and_a_fault_changes_nobody(
    notices: Notices, mail: Mailbox, web: Receiver
) -> None:
    notices.write([person("Ms. Lee", web.url)])
    with notices.running():
        notices.write([person("Mr. Ray", mail.url("ray"))])
        until(lambda: notices.rows("SELECT name FROM person") == [("Mr. Ray",)], within=10)
        notices.write([person("Mr. Ray", "carrier-pigeon://roof")])
        until(lambda: "not supported" in notices.log.read_text(), within=10)
        notices.begin("not-delivered", now())
        until(lambda: mail.subjects("ray"), within=20)
    with notices.running():  # with the people that last were good
        assert notices.rows("SELECT name FROM person") == [("Mr. Ray",)]
    assert not web.got


def test_a_person_tries_their_carriers_by_hand(
    notices: Notices, mail: Mailbox, web: Receiver
) -> None:
    refused = "json://127.0.0.1:9/sekret-word"
    notices.write([person("Ms. Lee", mail.url("lee"), refused), person("Mr. Ray", web.url)])
    told = notices.call("notify", "--test", "Ms. Lee")
    assert told.returncode == 1
    assert mail.subjects() == ["Lincoln School: test of the notices"]
    assert "good     Ms. Lee, 1 mailto" in told.stdout
    assert "PROBLEM  Ms. Lee, 2 json" in told.stdout
    assert "sekret" not in told.stdout
    assert notices.call("notify", "--test", "Mr. Ray").returncode == 0


def test_check_finds_a_person_with_one_carrier_and_a_file_that_others_may_read(
    notices: Notices, mail: Mailbox
) -> None:
    notices.write([person("Ms. Lee", mail.url("sekret-name"))])
    (notices.folder / "people.toml").chmod(0o644)
    told = notices.call("check")
    assert told.returncode == 78
    assert "notices.people: Ms. Lee has one carrier alone" in told.stderr
    (notices.folder / "people.toml").write_text('[[person]]\nname = "A"\ncarriers = ["sekret"]\n')
    told = notices.call("check")
    assert "others on this machine may read it (0644)" in told.stderr
    assert "line 3: person[1].carriers[1]: give an address" in told.stderr
    assert "sekret" not in told.stderr
