"""On a machine of its own a restored gateway is what it was: owners, modes, and all is well."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doctor.gateway_machine import CONFIG, SERVICES, GatewayMachine, gateway_machine
from tests.faults.network import needs_root
from tests.waiting import until

pytestmark = pytest.mark.timeout(400)
FILES = (
    "find /etc/tocsin /var/lib/tocsin /var/lib/tocsin-console"
    " ! -name '*-wal' ! -name '*-shm' ! -name '*.reserve' -printf '%p %u %g %m\\n' | sort"
)
TYPED = "echo three old bells ring |"


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[GatewayMachine]:
    with gateway_machine(tmp_path) as made:
        yield made


GONE = f"""
systemctl stop {SERVICES}
rm -r /etc/tocsin /var/lib/tocsin /var/lib/tocsin-console /run/tocsin
systemd-tmpfiles --create /opt/tocsin-source/systemd/*.tmpfiles.conf
"""


def problems(lincoln: GatewayMachine) -> set[str]:
    return {name for name, each in lincoln.doctor().items() if each["verdict"] == "problem"}


@needs_root
def test_doctor_finds_a_restored_gateway_as_it_was(lincoln: GatewayMachine) -> None:
    lincoln.done(f"{TYPED} tocsin-gateway backup /run/backup --config {CONFIG}")
    before, found = lincoln.done(FILES), problems(lincoln)
    lincoln.done(GONE)
    said = lincoln.done(f"{TYPED} tocsin-gateway restore /run/backup")
    assert f"systemctl enable --now {SERVICES}" in said
    lincoln.done(f"systemctl start {SERVICES}")
    until(lambda: problems(lincoln) <= found, 30)
    assert lincoln.done(FILES).splitlines() == before.splitlines()
