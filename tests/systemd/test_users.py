"""Which user may read and write each file of an installed gateway, as the kernel decides it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doctor.gateway_machine import CONFIG, GatewayMachine, gateway_machine
from tests.faults.network import needs_root
from tests.waiting import until

pytestmark = pytest.mark.timeout(400)

SERVICES = (
    "tocsin",
    "tocsin-authority",
    "tocsin-broker",
    "tocsin-cameras",
    "tocsin-console",
    "tocsin-monitor",
    "tocsin-notices",
)
PLACES = (
    "/etc/tocsin /var/lib/tocsin /var/lib/tocsin-console /var/lib/tocsin-notices /run/tocsin/frames"
)
ACTIONS = "/var/lib/tocsin-console/actions"
# What each user may change, by the beginnings of paths; nothing else of the installation.
MAY_WRITE = {
    "tocsin": (
        "/etc/tocsin/gateway",
        "/etc/tocsin/register",
        "/var/lib/tocsin/",
        ACTIONS,
        "/run/tocsin/frames/gateway/",
        "/run/tocsin/frames/leases/gateway/",
    ),
    "tocsin-authority": ("/etc/tocsin/authority", "/etc/tocsin/published"),
    "tocsin-broker": ("/etc/tocsin/broker",),
    "tocsin-console": (
        "/etc/tocsin/console",
        "/var/lib/tocsin-console",
        "/run/tocsin/frames/leases/console/",
    ),
    "tocsin-cameras": ("/run/tocsin/frames/pictures/", "/etc/tocsin/hall.password"),
    "tocsin-monitor": (),
    "tocsin-notices": ("/var/lib/tocsin-notices", "/etc/tocsin/people.toml"),
}
# What the console shows, and the key of the live links, which it judges; who tells people, or
# other systems, reads the store alone.  What was told to whom.
_STORE = {"/var/lib/tocsin/tocsin.db", "/var/lib/tocsin/tocsin.db-wal"}
_ALBUMS = {f"/var/lib/tocsin/{each}.db" for each in ("pictures", "evidence")}
_SHOWN = {*_ALBUMS, *(f"{each}-wal" for each in _ALBUMS), "/var/lib/tocsin/tocsin.links"}
_TOLD = {f"/var/lib/tocsin-notices/notices.db{end}" for end in ("", "-wal")}
MAY_READ = {"tocsin": _TOLD, "tocsin-console": _STORE | _SHOWN | _TOLD}
MAY_READ |= dict.fromkeys(("tocsin-monitor", "tocsin-notices"), _STORE)
_PASSWORD = """
echo 'a camera password' >/etc/tocsin/hall.password
printf '%s\\n' 'user = "viewer"' 'password_file = "hall.password"' >>/etc/tocsin/gateway.toml
printf '[[person]]\\nname = "Ms. Lee"\\ncarriers = ["slack://T/B/C", "twilio://S:T@F/T"]\\n' \\
    >/etc/tocsin/people.toml
printf '[notices]\\npeople = "people.toml"\\npath = "/var/lib/tocsin-notices/notices.db"\\n' \\
    >>/etc/tocsin/gateway.toml
"""
# What a gateway of the shared user was like, before it is brought up to date.
_BEFORE = """
systemctl stop tocsin-console
mv /etc/tocsin/console/console.* /etc/tocsin/gateway/ && rmdir /etc/tocsin/console
mv /var/lib/tocsin-console/people.db /var/lib/tocsin/ && rm -r /var/lib/tocsin-console
sed -i 's#"console/console#"gateway/console#' /etc/tocsin/gateway.toml
sed -i 's#/tocsin-console/people#/tocsin/people#' /etc/tocsin/gateway.toml
chown tocsin: /etc/tocsin/gateway/console.* /var/lib/tocsin/people.db
chmod 755 /var/lib/tocsin && chmod 600 /var/lib/tocsin/tocsin.db*
mv /etc/tocsin/register/rooms.csv /etc/tocsin/ && rmdir /etc/tocsin/register
sed -i 's#"register/rooms.csv"#"rooms.csv"#' /etc/tocsin/gateway.toml
chown tocsin: /etc/tocsin /etc/tocsin/gateway.toml /etc/tocsin/rooms.csv /etc/tocsin/hall.password
chmod 644 /etc/tocsin/gateway.toml
"""


_MOVED = (
    ("/etc/tocsin/rooms.csv", "/etc/tocsin/register/rooms.csv"),
    ("/etc/tocsin/gateway/console.key", "/etc/tocsin/console/console.key"),
    ("/var/lib/tocsin/people.db", "/var/lib/tocsin-console/people.db"),
)
_ACCOUNTS = ["admin", "administrator"]


@pytest.fixture(scope="module")
def lincoln(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayMachine]:
    with gateway_machine(tmp_path_factory.mktemp("lincoln")) as made:
        made.done(f"{_PASSWORD}tocsin-gateway init && systemctl start tocsin-notices")
        until(lambda: "ready" in made.run("cat /run/tocsin-notices.log"), within=20)
        yield made


def found(lincoln: GatewayMachine, user: str, test: str) -> set[str]:
    """What `user` finds of the installation by a test of `find`, by the kernel's own answer."""
    as_user = f"setpriv --reuid {user} --regid {user} --init-groups"
    said = lincoln.run(f"{as_user} find {PLACES} {test} 2>/dev/null; true")
    return {line for line in said.splitlines() if line.startswith("/")}


@needs_root
@pytest.mark.parametrize("user", SERVICES)
def test_a_service_may_write_what_is_its_own_and_nothing_else(
    lincoln: GatewayMachine, user: str
) -> None:
    writable = found(lincoln, user, "-writable -not -type l")
    assert bool(writable) == bool(MAY_WRITE[user])
    strange = {path for path in writable if not f"{path}/".startswith(MAY_WRITE[user])}
    assert strange == set()


@needs_root
def test_no_service_may_write_or_replace_the_settings(lincoln: GatewayMachine) -> None:
    for user in SERVICES:
        assert not {"/etc/tocsin", CONFIG} & found(lincoln, user, "-writable")
        assert CONFIG in found(lincoln, user, "-readable")


@needs_root
@pytest.mark.parametrize("user", ["nobody", *SERVICES])
def test_a_secret_is_read_by_its_own_service_alone(lincoln: GatewayMachine, user: str) -> None:
    ends = ("key", "db", "db-wal", "password", "links")
    names = " -o ".join(f"-name '*.{each}'" for each in ends)
    names += " -o -name people.toml"
    readable = found(lincoln, user, rf"\( {names} \) -readable")
    others = {path for path in readable if not f"{path}/".startswith(MAY_WRITE.get(user, ()))}
    assert others <= MAY_READ.get(user, set())


_OPENED = """
cd /opt/tocsin-source
setpriv --reuid tocsin --regid tocsin --init-groups env PYTHONPATH=/opt/libraries \\
    LD_LIBRARY_PATH=/opt/python/lib /opt/python/bin/python3 -c '
from pathlib import Path
from gateway.store.evidence.database import EvidenceDatabase
from gateway.store.pictures.database import PictureDatabase
kept = Path("/var/lib/tocsin")
opened = EvidenceDatabase(kept / "evidence.db"), PictureDatabase(kept / "pictures.db")
print(*{each.group() for db in ("evidence", "pictures") for each in kept.glob(f"{db}.db*")})'
"""


@needs_root
def test_pictures_and_documents_are_for_the_console_alone(lincoln: GatewayMachine) -> None:
    assert lincoln.done(_OPENED).split() == ["tocsin-console"]


@needs_root
def test_a_gateway_sees_the_pictures_that_another_user_took(lincoln: GatewayMachine) -> None:
    as_gateway = "setpriv --reuid tocsin --regid tocsin --init-groups"
    lincoln.done(f"{as_gateway} head -c 3 /run/tocsin/frames/pictures/hall-2.jpg >/dev/null")
    owner = lincoln.done("stat -c '%U %G' /run/tocsin/frames/pictures/hall-2.jpg").strip()
    assert owner == "tocsin-cameras tocsin-frames"
    assert lincoln.doctor()["camera hall-2"]["verdict"] == "good"


_BESIDE = f"""
tocsin-gateway enrol 205 --config {CONFIG} >/run/label
sed -n 's/^  code *//p' /run/label | $(grep -o 'tocsin-device join .*' /run/label)
"""


@needs_root
def test_a_unit_that_joins_beside_a_gateway_takes_its_own_files_alone(
    lincoln: GatewayMachine,
) -> None:
    lincoln.done(_BESIDE)
    own = {f"/etc/tocsin/{each}" for each in ("device.toml", "unit.crt", "unit.key")}
    assert found(lincoln, "tocsin-device", "-writable -not -type l") == own


_REFUSED = """
/opt/python/bin/python3 -c '
import http.client, json, ssl
line = http.client.HTTPSConnection("127.0.0.1", 8712, context=ssl._create_unverified_context())
heads = {"origin": "https://127.0.0.1:8712", "content-type": "application/json"}
line.request("POST", "/login", json.dumps(dict(name="admin", password="a wrong one")), heads)
assert line.getresponse().status == 403'
"""
_BOOKS = """
/opt/python/bin/python3 -c 'import sqlite3; db = sqlite3.connect("/var/lib/tocsin/tocsin.db")
print(db.execute("SELECT count(*) FROM action").fetchone()[0])'
"""


@needs_root
def test_what_the_console_leaves_is_in_the_books_of_the_gateway(lincoln: GatewayMachine) -> None:
    before = int(lincoln.done(_BOOKS))
    lincoln.done(_REFUSED)
    until(lambda: int(lincoln.done(_BOOKS)) > before, within=10)
    assert lincoln.done(f"ls {ACTIONS}") == ""


@needs_root
def test_init_brings_a_gateway_of_one_shared_user_up_to_date(lincoln: GatewayMachine) -> None:
    lincoln.done(_BEFORE)
    assert {"/etc/tocsin", CONFIG} <= found(lincoln, "tocsin", "-writable")
    assert "may write" in lincoln.run(f"tocsin-gateway check --config {CONFIG}")
    assert lincoln.doctor()["owner of gateway.toml"]["verdict"] == "problem"
    said = lincoln.done("tocsin-gateway init")
    for old, new in _MOVED:
        assert f"moved     {old} to {new}" in said
    writable = found(lincoln, "tocsin", "-writable -not -type l")
    assert {path for path in writable if not f"{path}/".startswith(MAY_WRITE["tocsin"])} == set()
    assert lincoln.doctor()["owner of gateway.toml"]["verdict"] == "good"
    assert "may write" not in lincoln.run(f"tocsin-gateway check --config {CONFIG}")
    lincoln.done("systemctl restart tocsin-gateway && systemctl start tocsin-console")
    until(lambda: "ready" in lincoln.run("cat /run/tocsin-console.log"), within=20)
    assert lincoln.done(f"tocsin-gateway account --config {CONFIG}").split() == _ACCOUNTS
    assert "nothing was changed" in lincoln.done("tocsin-gateway init")


@needs_root
def test_init_touches_no_folder_that_is_none_of_frames(lincoln: GatewayMachine) -> None:
    lincoln.done(f"mkdir /run/mine && echo mine >/run/mine/me.jpg && cp -p {CONFIG} /run/kept")
    lincoln.done(f"sed -i 's#/run/tocsin/frames#/run/mine#' {CONFIG} && tocsin-gateway init")
    assert lincoln.done("stat -c %U /run/mine/me.jpg").strip() == "root"
    lincoln.done(f"cp -p /run/kept {CONFIG}")


@needs_root
def test_a_receiver_runs_as_its_own_user_on_what_the_page_says(lincoln: GatewayMachine) -> None:
    page = Path("docs/police.md").read_text(encoding="utf-8")
    block = page.partition("To run the receiver for good")[2].partition("The settings are root's")[
        0
    ]
    lines = [line.strip() for line in block.splitlines() if line.startswith("    ")]
    commands = lines[lines.index(next(each for each in lines if each.startswith("install -D"))) :]
    secret = "cd /run; echo whsec_$(openssl rand -base64 32) >lincoln.secret"
    lincoln.done("\n".join([secret, *commands]))
    assert "tocsin-receiver" in lincoln.done("stat -c %U /var/lib/tocsin-receiver/police.db")
    lincoln.done("grep ready /run/tocsin-receiver.log && systemctl stop tocsin-receiver")
    writable = found(lincoln, "tocsin-receiver", "-writable")
    assert writable == {"/etc/tocsin/lincoln.secret"}
