"""people.toml: who is told, by which carriers, and what no fault ever shows."""

from pathlib import Path

import pytest

from gateway.config.carrier_urls import must_be_carrier
from gateway.config.people import PeopleSettings, faults_of_carriers
from gateway.core.notices.matter import Matter, MatterKey, MatterName
from gateway.core.notices.schedule import Notice
from gateway.core.notices.words import harmless, words_of_news
from gateway.notices.carrier import answer_in
from service.settings import SettingsError, load, parse
from wire.ids import Wall
from wire.trouble import Level

SEKRET = "sekret-token-4711"


@pytest.mark.parametrize(
    "url",
    [
        "mailtos://user:pw@smtp.example.org?from=a@example.org&to=b@example.org",
        "mailto://127.0.0.1:2525?from=a@example.org&to=b@example.org",
        "json://localhost:8080/path",
        "jsons://example.org/path?+x-key=1",
        "twilio://AC1:token@+15550100/+15550101",
        "slack://T/B/C",
    ],
)
def test_services_that_carry_a_text_are_good(url: str) -> None:
    assert must_be_carrier(url) == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (f"mailto://user:{SEKRET}@smtp.example.org", "a plain address is for a server on this"),
        (f"mailto://127.0.0.1?smtp=mail.example.org&pass={SEKRET}", "a plain address"),
        (f"json://example.org/{SEKRET}", "a plain address"),
        (f"jsons://example.org/{SEKRET}?verify=no", "weakens TLS"),
        (f"mailtos://u:{SEKRET}@example.org?mode=insecure", "weakens TLS"),
        (f"jsons://example.org/{SEKRET}?redirect=yes", "weakens TLS"),
        (f"slack://T/B/{SEKRET}?template=/etc/passwd", "reads files"),
        (f"file:///etc/{SEKRET}", "not supported"),
        (f"dbus://{SEKRET}", "not supported"),
        (f"syslog://{SEKRET}", "not supported"),
        (SEKRET, "give an address"),
    ],
)
def test_a_fault_says_what_is_wrong_and_shows_no_part_of_an_address(url: str, words: str) -> None:
    text = f'[[person]]\nname = "Ms. Lee"\ncarriers = ["{url}"]\n'
    with pytest.raises(SettingsError) as caught:
        parse(text, Path("people.toml"), PeopleSettings)
    assert words in str(caught.value)
    assert "line 3: person[1].carriers[1]" in str(caught.value)
    assert SEKRET not in str(caught.value)


def test_one_carrier_alone_is_found() -> None:
    people = load(Path("config/people.toml"), PeopleSettings)
    assert not faults_of_carriers(people)
    lone = people.person[0].model_copy(update={"carriers": ("slack://T/B/C",)})
    assert "Ms. Lee has one carrier alone" in faults_of_carriers(PeopleSettings(person=(lone,)))[0]


@pytest.mark.parametrize("quiet", ["21:00", "9-5", "24:00-06:00", "21:00-06:60"])
def test_quiet_hours_are_two_times_of_day(quiet: str) -> None:
    text = f'[[person]]\nname = "A"\ncarriers = ["slack://T/B/C"]\nquiet = "{quiet}"\n'
    with pytest.raises(SettingsError, match="21:00-06:30"):
        parse(text, Path("people.toml"), PeopleSettings)


def test_nothing_that_a_stranger_said_is_a_link_a_mention_or_markup_in_a_notice() -> None:
    said = "<!channel> @everyone <b>x</b> [a](http://evil.example) `rm`\nSubject: y"
    shown = harmless(said)
    assert not set("<>@[]`\n") & set(shown)
    assert "://" not in shown.replace(": //", "")
    it = Matter(MatterKey(MatterName("dns"), Wall(0)), Level.ORDINARY, said)
    notice = Notice(LEE, it.key, it.level, 2, over=False)
    words = words_of_news("Lincoln", notice, it, "Mon", "https://c.example/notices/w")
    assert words.title == "Lincoln: trouble: dns (2nd notice)"
    assert "http://" not in words.body.replace("https://c.example", "")


def test_what_a_carrier_answered_shows_no_part_of_its_address_but_the_host() -> None:
    url = f"mailtos://user%40x:{SEKRET}@smtp.example.org/path4711?to=lee%40example.org&key=abcd"
    said = f"user@x {SEKRET} smtp.example.org /path4711 lee@example.org abcd: 535 refused"
    log = f"2026-11-28 02:01:31,356 - WARNING - {said}\n"
    shown = answer_in(log, url)
    assert "smtp.example.org" in shown
    assert "535 refused" in shown
    assert not [each for each in ("user@x", SEKRET, "path4711", "lee", "abcd") if each in shown]


LEE = PeopleSettings.model_validate(
    {"person": [{"name": "Ms. Lee", "carriers": ["slack://T/B/C"]}]}
).person[0].person.name  # fmt: skip
