"""What goes missing at a gateway that `init` made is named, with a cure that can be pasted."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.app.doctor.authority import check_own_authority
from gateway.app.doctor.broker import check_own_broker
from gateway.app.doctor.console import check_console
from service.doctor.finding import Finding
from tests.trust.founded import School, school
from tests.trust.unstrict import as_founded_before
from wire.ids import Wall


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with school(tmp_path / "etc") as made:
        made.rooms("204")
        yield made


def look(lincoln: School) -> dict[str, Finding]:
    settings, now = lincoln.settings(), Wall(time.time())
    found = [*check_own_authority(settings, now), *check_own_broker(settings, now)]
    found += check_console(settings.console)
    return {each.check: each for each in found if each.verdict == "problem"}


def test_each_process_that_does_not_run_is_named(lincoln: School) -> None:
    found = look(lincoln)
    for name in ("authority", "broker", "console"):
        assert found[name].cure.startswith(f"`systemctl enable --now tocsin-{name}")


def test_a_whole_gateway_lacks_nothing(lincoln: School) -> None:
    lincoln.start("broker")
    lincoln.start("ca")
    assert set(look(lincoln)) == {"console"}


@pytest.mark.parametrize(
    ("gone", "check", "cure"),
    [
        ("authority/authority.key", "authority's key", "`install -o tocsin-authority -m 600"),
        ("published/revoked.crl", "list of revocations", "`systemctl restart tocsin-authority"),
        ("published/units", "units' certificates", "`install -d -o tocsin-authority -m 755"),
        ("broker/revoked.crl", "broker's files", "`systemctl restart tocsin-authority tocsin-bro"),
        ("broker/mosquitto.conf", "broker's files", "put them back from your copy"),
    ],
)
def test_what_is_gone_is_named(lincoln: School, gone: str, check: str, cure: str) -> None:
    path = lincoln.folder / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    found = look(lincoln)
    assert found[check].cure.startswith(cure)


def test_certificates_that_are_not_strict_are_named(lincoln: School) -> None:
    as_founded_before(lincoln)
    found = look(lincoln)
    assert "strict" in found["certificate authority.crt"].seen
    assert "reissue-ca" in found["certificate authority.crt"].cure
    assert "tocsin-authority" in found["certificate broker.crt"].cure
