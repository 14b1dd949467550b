"""What a unit may subscribe to: refused by the broker itself, judged by its own process."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.trust.broker.acl import SUPERVISOR
from gateway.trust.broker.files import PASSWORDS, password_entry
from gateway.trust.broker.process import BrokerProcess
from gateway.trust.broker.subscription_sync import QUIET, Unlisted
from gateway.trust.broker.subscriptions import certified, subscription_list
from service.events import LinkUp
from tests.service.brokers import linked
from tests.trust.founded import School, school
from tests.waiting import until
from wire.ids import Monotonic, SiteId, UnitId
from wire.topics import all_up

SITE, UNIT = SiteId("lincoln"), UnitId("lincoln-204")


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with school(tmp_path / "gateway") as made:
        yield made


def test_each_unit_is_listed_with_its_own_answers_alone(tmp_path: Path) -> None:
    (tmp_path / "units").mkdir()
    for name in (UNIT, "lincoln-205"):
        (tmp_path / f"units/{name}.crt").touch()
    (tmp_path / "units/.new.crt").touch()
    listed = json.loads(subscription_list(SITE, certified(tmp_path)))
    assert [each["username"] for each in listed["clients"]] == [UNIT, "lincoln-205"]
    rules = listed["roles"][0]["acls"]
    assert [each["topic"] for each in rules if each["allow"]] == [
        f"tocsin/v1/lincoln/down/{UNIT}/progress"
    ]


@contextmanager
def broker(lincoln: School, listed: str, through: Sequence[str] = ()) -> Iterator[BrokerProcess]:
    """A broker that is started with such a list, and ended."""
    folder = lincoln.folder / "broker"
    (folder / PASSWORDS).write_text(password_entry(SUPERVISOR, "secret"))
    process = BrokerProcess(folder, through, lambda: listed)
    process.start()
    try:
        yield process
    finally:
        process.stop()


def serves(lincoln: School) -> bool:
    with linked(lincoln.identity("gateway"), "gateway", all_up(SITE)) as (link, heard):
        heard.next(LinkUp)
        return link.up


def test_a_damaged_list_costs_the_refusal_and_not_the_broker(lincoln: School) -> None:
    with broker(lincoln, "no list at all") as process:
        assert process.started_with
        assert serves(lincoln)


def test_a_plugin_that_cannot_be_used_costs_the_refusal_and_not_the_broker(
    lincoln: School,
) -> None:
    spoilt = ["sh", "-c", 'grep -q ^plugin supervised.conf || exec "$@"', "sh"]
    with broker(lincoln, subscription_list(SITE, [UNIT]), spoilt) as process:
        until(lambda: not process.runs())
        process.start()
        assert process.started_with is None
        assert serves(lincoln)


def test_the_broker_is_started_again_once_no_unit_has_joined_for_a_while() -> None:
    unlisted, at = Unlisted(), Monotonic(0.0)
    assert not unlisted.is_due("a", "a", at)
    assert not unlisted.is_due("a b", "a", Monotonic(60.0))
    assert not unlisted.is_due("a b c", "a", Monotonic(QUIET))
    assert not unlisted.is_due("a b c", "a", Monotonic(QUIET + 60.0))
    assert unlisted.is_due("a b c", "a", Monotonic(2 * QUIET))
    assert not unlisted.is_due("a b c", "a b c", Monotonic(2 * QUIET))
