"""What a card tells cloud-init is what cloud-init takes: by its own schema and its own reader."""

import os
import shutil
from pathlib import Path

import pytest

from gateway.trust.card.card import Card, files_of
from gateway.trust.card.network import CardNetwork, network_of, wifi_of
from gateway.trust.labels import Label
from tests.trust.cloud_init import CloudInit, cloud_init
from wire.ids import RoomId, UnitId, Wall
from wire.joincode import new_code

pytestmark = pytest.mark.skipif(not shutil.which("apt-get"), reason="this is no Debian")

HOSTILE = "a\": b\\'#$(reboot)`x` {y}: é漢"
NETWORKS = {
    "cable": network_of(None, None, None, []),
    "static": network_of(None, "10.20.0.50/24", "10.20.0.1", ["10.20.0.1", "10.20.0.2"]),
    "wifi": network_of(wifi_of(HOSTILE[:24], 'it\'s: "a" $secret', "US"), None, None, []),
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> CloudInit:
    folder = tmp_path_factory.getbasetemp()
    return cloud_init(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)


def written(folder: Path, network: CardNetwork, room: str = "204") -> Path:
    code = new_code(bytes(32))
    label = Label(RoomId(room), UnitId("lincoln-204"), "https://10.20.0.1:8443", code, Wall(2e9))
    for name, content in files_of(Card(label, network, [])).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_its_own_schema_takes_what_the_card_tells(reader: CloudInit, tmp_path: Path) -> None:
    card = written(tmp_path, NETWORKS["cable"], HOSTILE)
    said = reader.says("schema", "--config-file", card / "user-data")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "deprecat" not in said.stdout.lower()
    bad = tmp_path / "bad"
    bad.write_text((card / "user-data").read_text().replace('"lincoln-204"', "5"))
    assert reader.says("schema", "--config-file", bad).returncode == 1


@pytest.mark.parametrize("name", NETWORKS)
def test_it_reads_the_network_as_it_was_meant(reader: CloudInit, tmp_path: Path, name: str) -> None:
    card = written(tmp_path / "card", NETWORKS[name])
    path = card / "network-config"
    words = ("-p", path, "-k", "yaml", "-d", tmp_path / "out", "-O", "netplan", "-D", "debian")
    said = reader.says("devel", "net-convert", *words)
    assert said.returncode == 0, said.stdout + said.stderr
    made = "".join(each.read_text() for each in (tmp_path / "out").rglob("*.yaml"))
    wanted = {"cable": "dhcp4: true", "static": "10.20.0.50/24", "wifi": "access-points"}
    assert wanted[name] in made
    # That schema knows no Wi-Fi, which its reader and netplan do.
    if name != "wifi" and "--schema-type" in reader.says("schema", "--help").stdout:
        typed = reader.says("schema", "--schema-type", "network-config", "--config-file", path)
        assert typed.returncode == 0, typed.stdout + typed.stderr
