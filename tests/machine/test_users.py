"""Under a running systemd each service is a user of its own, and has its own files alone."""

import pytest

from tests.machine.qemu import Machine
from tests.machine.school import SERVICES, School

pytestmark = pytest.mark.timeout(1800)

# What each may change, by the beginnings of paths, in all that lasts and in what is in memory.
MAY_WRITE = {
    "tocsin-device": (
        "/etc/tocsin/device.toml", "/etc/tocsin/unit.",
        "/var/lib/tocsin-device", "/run/tocsin-device",
    ),
    "tocsin-broker": ("/etc/tocsin/broker",),
    "tocsin-authority": ("/etc/tocsin/authority", "/etc/tocsin/published"),
    "tocsin-gateway": (
        "/etc/tocsin/gateway/", "/etc/tocsin/register/", "/var/lib/tocsin/",
        "/var/lib/tocsin-console/actions",
        "/run/tocsin/frames/gateway/", "/run/tocsin/frames/leases/gateway/",
    ),
    "tocsin-cameras": ("/run/tocsin/frames/pictures/",),
    "tocsin-console": (
        "/etc/tocsin/console", "/var/lib/tocsin-console", "/run/tocsin/frames/leases/console/",
    ),
    "tocsin-notices": ("/etc/tocsin/people.toml", "/var/lib/tocsin-notices"),
    "tocsin-receiver": ("/etc/tocsin/lincoln.secret", "/var/lib/tocsin-receiver"),
}  # fmt: skip
# Secrets that a service reads and never writes: what the console shows, with the key of the live
# links, which it judges; the store, of which notices tell; what was told to whom; and a receiver's
# secret, which the gateway signs with.
_STORE = "/var/lib/tocsin/tocsin.db"
_SHOWN = tuple(f"/var/lib/tocsin/{each}" for each in ("pictures.db", "evidence.db", "tocsin.links"))
_TOLD = "/var/lib/tocsin-notices/notices.db"
MAY_READ = {
    "tocsin-console": (_STORE, *_SHOWN, _TOLD),
    "tocsin-notices": (_STORE,),
    "tocsin-gateway": ("/etc/tocsin/county.secret", _TOLD),
}
# Each user may write these, and they are its own in its namespace, or no file of anybody's.
_ANYBODYS = ("/var/tmp", "/run/lock", "/run/systemd")
# As the service itself: in its mounts, as its user, in its groups.
_AS_SERVICE = """\
pid=$(systemctl show -P MainPID {service})
user=$(stat -c %u /proc/$pid)
groups=$(sed -n 's/^Groups:[ \\t]*//p' /proc/$pid/status | tr -s ' ' , | sed 's/,$//')
as_service="nsenter --target $pid --mount setpriv --reuid $user --regid $user"
if [ -n "$groups" ]; then groups="--groups $groups"; else groups=--clear-groups; fi
$as_service $groups find {places} {test} 2>/dev/null || true"""


@pytest.fixture(scope="module")
def school(installed: Machine) -> School:
    """The school as it was when it had been installed; nobody here changes it."""
    installed.back_to("ready")
    return School(installed)


def found(school: School, service: str, places: str, test: str) -> set[str]:
    """What a service finds in `places` by a test of `find`, by the kernel's own answer."""
    said = school.machine.done(_AS_SERVICE.format(service=service, places=places, test=test))
    return {line for line in said.splitlines() if not line.startswith(_ANYBODYS)}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_a_user_of_its_own_without_any_privilege(school: School, service: str) -> None:
    pid = school.says(service, "MainPID")
    said = school.machine.done(f"cat /proc/{pid}/status")
    status = {
        name: value.strip() for name, _, value in (x.partition(":") for x in said.splitlines())
    }
    user = school.machine.done(f"id -nu {status['Uid'].split()[0]}").strip()
    assert user == SERVICES[service] == school.says(service, "User")
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert {int(status[each], 16) for each in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {0}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_write_its_own_files_alone(school: School, service: str) -> None:
    writable = found(
        school,
        service,
        "/etc /var /run /srv /opt /home /root",
        "-writable -not -type l -not -type s",
    )
    assert {path for path in writable if not f"{path}/".startswith(MAY_WRITE[service])} == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_read_its_own_secrets_alone(school: School, service: str) -> None:
    names = " -o ".join(
        f"-name '*.{each}'" for each in ("key", "db", "password", "links", "secret")
    )
    names += " -o -name people.toml"
    readable = found(
        school, service, "/etc/tocsin /var/lib /run/tocsin", rf"\( {names} \) -readable"
    )
    allowed = MAY_WRITE[service] + MAY_READ.get(service, ())
    assert {path for path in readable if not f"{path}/".startswith(allowed)} == set()


def test_the_broker_of_debian_hears_nothing_of_systemd(school: School) -> None:
    said = school.machine.done("tr '\\0' '\\n' </proc/$(pgrep -xu tocsin-broker mosquitto)/environ")
    assert "NOTIFY_SOCKET" not in said
