"""What `doctor` and `status` say to do mends what they found, on a gateway as it is installed."""

import re
from collections.abc import Callable, Iterator

import pytest

from service.cure import commands_in
from tests.doctor.gateway_machine import CONFIG, GatewayMachine, gateway_machine
from tests.waiting import until

pytestmark = pytest.mark.timeout(600)

SPOIL = "cd /var/lib/tocsin && rm -f tocsin.db-* && head -c 99999 /dev/urandom >tocsin.db"
# How it is broken, and what `doctor` then finds; its cure is run as it is printed.
BROKEN = [
    ("systemctl stop tocsin-console", "console"),
    ("systemctl stop tocsin-authority", "authority"),
    ("systemctl stop tocsin-broker", "broker"),
    (
        "systemctl stop tocsin-cameras && rm -f /run/tocsin/frames/pictures/hall-2.jpg",
        "camera hall-2",
    ),
    ("systemctl stop tocsin-gateway && rm /var/lib/tocsin/tocsin.db*", "store"),
    (f"systemctl stop tocsin-gateway && {SPOIL}", "store"),
    ("chown root: /var/lib/tocsin/tocsin.db", "owner of /var/lib/tocsin"),
    ("chown -R root: /var/lib/tocsin", "owner of /var/lib/tocsin"),
    ("chmod 644 /etc/tocsin/gateway/gateway.key", "mode of gateway.key"),
    ("chown root: /etc/tocsin/gateway/gateway.key", "mode of gateway.key"),
    ("mv /etc/tocsin/authority/authority.key /var/lib", "authority's key"),
    ("rm /etc/tocsin/published/revoked.crl", "list of revocations"),
    ("systemctl stop tocsin-broker && rm /etc/tocsin/broker/revoked.crl", "broker's files"),
    ("rm -r /etc/tocsin/published/units", "units' certificates"),
    ("rm /etc/tocsin/published/units/*.crt", "seals"),
    ("cp /var/lib/other.crt /etc/tocsin/ca.crt", "broker"),
]
TROUBLES = [
    ("systemctl stop tocsin-broker", "broker"),
    ("sed -i /^205/d /etc/tocsin/register/rooms.csv", "settings"),
    (f'sed -i \'s/^name = "practice"/name = "county"/\' {CONFIG}', "settings-pending"),
]
# What a code is for; the person then goes to the unit.
LABEL = re.compile(r"code      (\S+)[^$]*?(tocsin-device join \S+)")
OTHER = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    " -keyout /var/lib/other.key -subj /CN=other -out /var/lib/other.crt"
)


@pytest.fixture(scope="module")
def lincoln(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayMachine]:
    with gateway_machine(tmp_path_factory.mktemp("lincoln")) as made:
        made.done(OTHER)
        yield made


def mended(lincoln: GatewayMachine, found: dict[str, str], stands: Callable[[], bool]) -> None:
    """Run what `found` says to do, one command after the other, until it is mended."""
    commands = commands_in(found["cure"])
    assert commands, found
    said = [lincoln.run(as_pasted(command)) for command in commands]
    for code, join in LABEL.findall("".join(said)):
        said.append(lincoln.run(f"echo {code} | {join} --folder /var/lib/new"))
    try:
        until(lambda: not stands(), within=20)
    except AssertionError as error:
        raise AssertionError(f"{found} does not mend it: {said}") from error


def as_pasted(command: str) -> str:
    """With what only the person there knows."""
    return command.replace("COPY/", "/var/lib/").replace("ROOM", "204")


@pytest.mark.parametrize(("broken", "check"), BROKEN)
def test_what_doctor_says_mends_what_it_found(
    lincoln: GatewayMachine, broken: str, check: str
) -> None:
    def stands() -> bool:
        return lincoln.doctor().get(check, {}).get("verdict") == "problem"

    until(lambda: not stands(), within=20)
    lincoln.done(broken)
    mended(lincoln, lincoln.doctor()[check], stands)


@pytest.mark.parametrize(("broken", "trouble"), TROUBLES)
def test_what_status_says_ends_the_trouble(
    lincoln: GatewayMachine, broken: str, trouble: str
) -> None:
    until(lambda: trouble not in lincoln.troubles(), within=20)
    lincoln.done(broken)
    found = until(lambda: lincoln.troubles().get(trouble), within=40)
    assert found
    mended(lincoln, found, lambda: trouble in lincoln.troubles())
