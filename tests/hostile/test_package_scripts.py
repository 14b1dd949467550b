"""H71: what dpkg runs as root, in folders of services that were taken over and left links there."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.debian.control import scripts_of
from scripts.debian.package import BOOKWORM, Build, packages
from tests.doctor.gateway_machine import CONFIG, SERVICES, GatewayMachine, gateway_machine
from tests.faults.network import needs_root

pytestmark = pytest.mark.timeout(400)

# Root's own, which no service may read: a file, and a folder with one in it.
_VICTIMS = """
mkdir -m 700 /etc/victims && echo "root's own" >/etc/victim && cp /etc/victim /etc/victims/inside
chmod 600 /etc/victim /etc/victims/inside
"""
_LOOK = "stat -c '%n %U %G %a' /etc/victim /etc/victims /etc/victims/inside; cat /etc/victim"
_SETTINGS = "root:tocsin-settings:640"
# What each service puts in the place of what is its own to replace: a path, and where it leads.
_LINKS = {
    "tocsin-console": {
        "/var/lib/tocsin-console/actions": "/etc/victims",
        "/var/lib/tocsin-console/people.db-journal": "/etc/victim",
        "/etc/tocsin/console/console.crt": "/etc/victim",
    },
    "tocsin-notices": {"/var/lib/tocsin-notices/notices.db": "/etc/victim"},
    "tocsin-cameras": {"/run/tocsin/frames/pictures/hall-2.jpg": "/etc/victim"},
    "tocsin-authority": {"/etc/tocsin/published/units": "/etc/victims"},
    "tocsin-broker": {"/etc/tocsin/broker/acl.new": "/etc/victim"},
    "tocsin": {
        "/etc/tocsin/register/cameras.csv": "/etc/victim",
        "/etc/tocsin/gateway/new.key": "/etc/victim",
        "/var/lib/tocsin/pictures.db-wal": "/etc/victim",
        "/run/tocsin/frames/leases/gateway/hall-2.view": "/etc/victim",
    },
}


@pytest.fixture(scope="module")
def lincoln(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayMachine]:
    with gateway_machine(tmp_path_factory.mktemp("lincoln")) as made:
        build = Build(packages()["tocsin-gateway"], BOOKWORM, "amd64", "1.0")
        for name, text in scripts_of(build):
            made.done(f"printf %s {shlex.quote(text)} >/run/{name}")
        for lacking in ("py3compile", "py3clean"):
            made.done(f"ln -s /bin/true /usr/local/sbin/{lacking}")
        made.done("install -m 644 /opt/tocsin-source/systemd/tocsin-gateway.tmpfiles.conf"
                  " /usr/lib/tmpfiles.d/tocsin-gateway.conf")  # fmt: skip
        made.done("install -D -m 644 /opt/tocsin-source/systemd/tocsin-gateway.sysusers.conf"
                  " /usr/lib/sysusers.d/tocsin-gateway.conf")  # fmt: skip
        made.done(f"{_VICTIMS}systemctl stop {SERVICES}")
        yield made


def planted(lincoln: GatewayMachine) -> None:
    """Each service leaves what it can."""
    for user, links in _LINKS.items():
        as_user = f"setpriv --reuid {user} --regid {user} --init-groups"
        for path, target in links.items():
            lincoln.run(f"{as_user} mv {path} {path}.before")
            lincoln.done(f"{as_user} ln -s {target} {path}")


@needs_root
def test_h71_an_update_gives_away_nothing_and_goes_through(lincoln: GatewayMachine) -> None:
    before = lincoln.done(_LOOK)
    planted(lincoln)
    lincoln.done(f"chown tocsin: {CONFIG}")
    said = lincoln.run("sh -x /run/postinst configure 0.9 && echo configured")
    assert "configured" in said, said
    assert "/var/lib/tocsin-console/actions: " in said
    # Which kept no other file from its user.
    assert lincoln.done("stat -c %U:%G:%a /etc/tocsin/gateway.toml").strip() == _SETTINGS
    assert lincoln.done(_LOOK) == before


@needs_root
def test_h71_a_purge_takes_away_what_is_ours_and_follows_nothing(lincoln: GatewayMachine) -> None:
    before = lincoln.done(_LOOK)
    for script in ("prerm remove", "postrm remove", "postrm purge"):
        lincoln.done(f"sh /run/{script}")
    assert lincoln.done(_LOOK) == before
    assert "No such" in lincoln.run(f"stat {Path(CONFIG).parent} /var/lib/tocsin-console")
