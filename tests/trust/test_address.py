"""The gateway's address is changed by one command, and what it prints brings the units along."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.settings import DeviceSettings
from gateway.trust.address import settings_at
from service.events import LinkUp
from service.settings import load
from simulator.process import end
from tests.service.brokers import linked
from tests.trust.founded import School, code_in, run, school

NEW = "127.0.0.2"


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with school(tmp_path / "gateway") as made:
        made.rooms("204", "205")
        yield made


def joined(lincoln: School, folder: Path) -> None:
    authority = lincoln.start("ca")
    assert lincoln.join(lincoln.code("204"), folder).returncode == 0
    end(authority)
    lincoln.log("ca").unlink()


def moved(lincoln: School) -> str:
    """Give the gateway its new address; return what that said."""
    said = lincoln.gateway("set-address", NEW)
    assert said.returncode == 0, said.stderr
    return said.stdout


def as_told(said: str, unit: Path) -> None:
    """Do on the unit, whose folder is `unit`, what the gateway said."""
    (command,) = re.findall(r"(sed .*) /etc/tocsin/device\.toml", said)
    subprocess.run(["sh", "-c", f"{command} {unit / 'device.toml'}"], check=True)


def test_a_unit_that_joined_before_speaks_to_the_new_address(
    lincoln: School, tmp_path: Path
) -> None:
    unit = tmp_path / "unit"
    joined(lincoln, unit)
    as_told(moved(lincoln), unit)
    lincoln.start("broker")
    (gateway,) = load(unit / "device.toml", DeviceSettings).gateway
    assert gateway.url == f"mqtts://{NEW}:{lincoln.broker_port}"
    assert gateway.authority == f"https://{NEW}:{lincoln.authority_port}"
    with linked(gateway, "any") as (_, heard):
        heard.next(LinkUp)


def test_a_unit_that_joins_afterwards_is_told_the_new_address(
    lincoln: School, tmp_path: Path
) -> None:
    moved(lincoln)
    lincoln.start("ca")
    label = lincoln.gateway("enrol", "204").stdout
    (url,) = re.findall(r"tocsin-device join (\S+)", label)
    assert url == f"https://{NEW}:{lincoln.authority_port}"
    said = lincoln.join(code_in(label), tmp_path / "unit", url)
    assert said.returncode == 0, said.stderr
    (gateway,) = load(tmp_path / "unit/device.toml", DeviceSettings).gateway
    assert gateway.url == f"mqtts://{NEW}:{lincoln.broker_port}"


def test_keys_and_the_authority_stay_and_the_settings_differ_in_two_lines(lincoln: School) -> None:
    config = lincoln.config
    config.write_text(config.read_text().replace("[authority]", "[authority]  # ours"))
    kept = [*lincoln.folder.rglob("*.key"), *lincoln.folder.rglob("ca.crt")]
    before, text = [path.read_bytes() for path in kept], config.read_text().splitlines()
    moved(lincoln)
    assert [path.read_bytes() for path in kept] == before
    changed = set(config.read_text().splitlines()) - set(text)
    assert {line.split()[0] for line in changed} == {"hosts", "url"}
    assert lincoln.gateway("check").returncode == 0


def test_while_the_old_address_is_kept_beside_it_no_unit_has_to_change(lincoln: School) -> None:
    said = lincoln.gateway("set-address", NEW, "127.0.0.1")
    assert said.returncode == 0
    assert "device.toml" not in said.stdout
    assert lincoln.settings().authority.hosts == (NEW, "127.0.0.1")  # type: ignore[union-attr]


@pytest.mark.parametrize("host", ["", "a b", "https://gw"])
def test_what_is_no_address_changes_nothing(lincoln: School, host: str) -> None:
    before = {path: path.read_bytes() for path in lincoln.folder.rglob("*.*") if path.is_file()}
    said = lincoln.gateway("set-address", host)
    assert said.returncode == 1
    assert "the address was not changed" in said.stderr
    assert {path: path.read_bytes() for path in before} == before


def test_an_ipv6_address_is_written_as_urls_have_it(lincoln: School) -> None:
    text = settings_at(lincoln.config, ["fd00::1"])
    assert 'hosts = ["fd00::1"]' in text
    assert 'url = "https://[fd00::1]:' in text


def test_the_command_is_known_to_help() -> None:
    assert "set-address" in run("tocsin-gateway", "--help").stdout
