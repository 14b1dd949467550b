"""What docs/keys.md has a person do with the keys is done here as it stands, and works."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doctor.gateway_machine import CONFIG, SERVICES, GatewayMachine, gateway_machine
from tests.faults.network import needs_root

pytestmark = pytest.mark.timeout(400)
STICK = "/run/stick"
UNIT = "/var/lib/unit"


@pytest.fixture(scope="module")
def lincoln(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayMachine]:
    with gateway_machine(tmp_path_factory.mktemp("lincoln")) as made:
        made.done(f"mkdir {STICK} && printf '#!/bin/sh\n' >/usr/local/sbin/sync")
        yield made


def blocks(title: str) -> list[str]:
    """The commands in the section of that title, for a stick that lies in memory."""
    page = Path("docs/keys.md").read_text(encoding="utf-8")
    section = page.partition(f"## {title}\n")[2].partition("\n## ")[0]
    found = re.findall(r"(?m)(?:^(?:    |       )[a-z].*\n)+", section)
    return [re.sub(r"(?m)^ +", "", each).replace("/mnt/stick", STICK) for each in found]


def joined(lincoln: GatewayMachine, room: str, join: str) -> None:
    label = lincoln.done(f"tocsin-gateway enrol {room} --config {CONFIG}")
    (code,) = re.findall(r"code      (\S+)", label)
    lincoln.done(join.replace("tocsin-device join", f"echo {code} | tocsin-device join"))


@needs_root
def test_the_copy_of_the_founding_can_be_read_back(lincoln: GatewayMachine) -> None:
    make, read, fingerprint = blocks("At the founding")
    typed = "echo three old bells ring | tocsin-gateway"
    assert "read back" in lincoln.done(make.replace("tocsin-gateway", typed))
    assert "whole: " in lincoln.done(read.replace("tocsin-gateway", typed))
    assert lincoln.done(f"grep -c tocsin/ {STICK}/tocsin.backup || true").strip() == "0"
    assert "sha256 Fingerprint=" in lincoln.done(fingerprint)


@needs_root
def test_the_authority_s_key_goes_away_and_comes_back(lincoln: GatewayMachine) -> None:
    away, back = blocks("The authority's key offline")
    lincoln.done(away.replace("systemctl disable --now", "systemctl stop"))
    assert "authority.key" not in lincoln.done("ls /etc/tocsin/authority")
    assert lincoln.doctor()["authority"]["verdict"] == "problem"
    lincoln.done(back)
    joined(lincoln, "205", "tocsin-device join https://10.20.0.1:8443 --folder /var/lib/other")


@needs_root
def test_after_a_theft_a_unit_trusts_the_new_school_alone(lincoln: GatewayMachine) -> None:
    lincoln.done(f"systemctl stop {SERVICES}; mv /etc/tocsin /etc/stolen; rm -r /var/lib/tocsin*")
    lincoln.done("tocsin-gateway init --name 'Lincoln School' --site lincoln --host 10.20.0.1")
    lincoln.done("cp /etc/stolen/register/rooms.csv /etc/tocsin/register/")
    lincoln.done(r"sed -i 's/,lincoln-[^,]*,/,,/' /etc/tocsin/register/rooms.csv")
    lincoln.done(f"systemctl start {SERVICES}")
    (forget,) = blocks("The gateway, or the authority's key, was stolen")
    forget = forget.replace("/etc/tocsin", UNIT).replace("/var/lib/device.toml.before", "/run/kept")
    forget = forget.replace(":8443", f":8443 --folder {UNIT}")
    lines = [line for line in forget.splitlines() if "systemctl" not in line]
    joined(lincoln, "204", "\n".join(lines))
    lincoln.done(f"openssl verify -CAfile /etc/tocsin/ca.crt {UNIT}/unit.crt")
    assert lincoln.done(f"grep -c '^.\\[gateway' {UNIT}/device.toml").strip() == "1"
    assert "OK" not in lincoln.run(f"openssl verify -CAfile /etc/stolen/ca.crt {UNIT}/unit.crt")
