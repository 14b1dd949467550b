"""A live link is good for one incident and a time, and only as long as nobody withdraws it."""

import stat
from pathlib import Path

from gateway.console.links import Links, LinkToken, key_file, link_key, read_token
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.opening import open_incident
from gateway.core.incidents.timeline import Event
from gateway.store.group_access import show
from tests.gateway.core import SITE, at
from wire.ids import AlertId, Seconds, Wall

LINKS = Links(b"k" * 32, "https://school.example/", Seconds(86400.0))


def claim(incident: Incident) -> LinkToken:
    url = LINKS.live_url(incident)
    assert url.startswith("https://school.example/live/")
    found = read_token(url.rstrip("/").rpartition("/")[2])
    assert found
    return found


def incident(name: str = "a") -> Incident:
    return open_incident(SITE, AlertId(name), 0, at(0))


def test_a_link_is_good_until_its_end() -> None:
    made = claim(incident())
    assert LINKS.is_good(made, 0, at(86400).wall)
    assert not LINKS.is_good(made, 0, Wall(made.expires))


def test_news_makes_a_link_that_lasts_longer() -> None:
    one = incident()
    before = claim(one)
    one.note(Event(at(7200).wall, "message", "Day"))
    assert claim(one).expires == before.expires + 7200


def test_a_withdrawn_link_is_good_no_more_and_the_next_one_is() -> None:
    one = incident()
    before = claim(one)
    one.link = 1
    assert not LINKS.is_good(before, 1, at(1).wall)
    assert LINKS.is_good(claim(one), 1, at(1).wall)


def test_a_link_opens_no_other_incident_and_lasts_no_longer_than_it_says() -> None:
    made = claim(incident())
    assert not LINKS.is_good(made._replace(incident=incident("b").id), 0, at(1).wall)
    assert not LINKS.is_good(made._replace(expires=made.expires + 1), 0, at(1).wall)
    assert not Links(b"x" * 32, "", Seconds(1.0)).is_good(made, 0, at(1).wall)


def test_rubbish_is_no_token() -> None:
    assert read_token("../../etc/passwd") is None
    assert read_token(f"{incident().id}.1.{'a' * 31}") is None


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    store = tmp_path / "tocsin.db"
    key = link_key(store)
    assert link_key(store) == key
    assert len(key) == 32
    show(key_file(tmp_path / "tocsin.db"))
    assert stat.S_IMODE((tmp_path / "tocsin.links").stat().st_mode) == 0o640
    (tmp_path / "tocsin.links").write_bytes(b"half")
    assert len(link_key(store)) == 32
