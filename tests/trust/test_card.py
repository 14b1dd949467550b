"""A card that the gateway wrote makes a fresh Pi the unit of its room, once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust.cards import PACKAGE, Pi, mode, package, written
from tests.trust.founded import School, run, school


@pytest.fixture
def made(tmp_path: Path) -> Iterator[School]:
    with school(tmp_path / "gateway") as found:
        found.rooms("204", "205")
        yield found


def test_a_fresh_pi_joins_by_its_card_and_the_code_is_gone(made: School, tmp_path: Path) -> None:
    said = written(made, tmp_path / "card", "204")
    assert said.returncode == 0, said.stderr
    made.start("ca")
    pi = Pi(tmp_path / "pi")
    program = tmp_path / "card/tocsin/first-boot.sh"
    prepared = pi.boots(program, "prepare")
    assert prepared.returncode == 0, prepared.stderr
    assert not (tmp_path / "card/tocsin/code").exists()
    assert (mode(pi.kept / "code"), mode(pi.kept)) == (0o600, 0o700)
    assert (pi.root / "etc/hostname").read_text() == "lincoln-204\n"
    joined = pi.boots(pi.kept / "first-boot.sh", "join")
    assert joined.returncode == 0, joined.stderr
    assert 'unit = "lincoln-204"' in (pi.joined / "device.toml").read_text()
    assert not pi.kept.exists()
    assert f"apt-get install --yes {pi.kept / PACKAGE}" in pi.done()
    assert "systemctl enable --now tocsin-device.service" in pi.done()


def test_the_system_is_settled(made: School, tmp_path: Path) -> None:
    assert written(made, tmp_path / "card", "204").returncode == 0
    pi = Pi(tmp_path / "pi")
    assert pi.boots(tmp_path / "card/tocsin/first-boot.sh", "prepare").returncode == 0
    etc = pi.root / "etc"
    assert "SystemMaxUse=64M" in (etc / "systemd/journald.conf.d/tocsin.conf").read_text()
    assert "Mechanism=none" in (etc / "rpi/swap.conf.d/80-tocsin.conf").read_text()
    assert any("disable dphys-swapfile.service" in each for each in pi.done())
    assert any("enable tocsin-first-boot.service" in each for each in pi.done())
    # The package brings these two.
    assert "RuntimeWatchdogSec=15" in Path("debian/watchdog.conf").read_text()
    assert "systemd-timesyncd" in Path("scripts/debian/package.py").read_text()


def test_a_card_is_for_root_alone_and_says_that_it_is_a_secret(
    made: School, tmp_path: Path
) -> None:
    said = written(made, tmp_path / "card", "204")
    files = [path for path in (tmp_path / "card").rglob("*") if path.is_file()]
    assert {mode(path) for path in files} == {0o600}
    code = (tmp_path / "card/tocsin/code").read_text().strip()
    assert [path.name for path in files if code in path.read_text("utf-8")] == ["code"]
    told = [(tmp_path / "card" / name).read_text() for name in ("user-data", "README.txt")]
    assert all("secret until" in text and code not in text for text in (said.stdout, *told))


def test_a_damaged_card_installs_nothing(made: School, tmp_path: Path) -> None:
    assert written(made, tmp_path / "card", "204").returncode == 0
    deb = tmp_path / "card/tocsin" / PACKAGE
    deb.write_bytes(deb.read_bytes() + b"x")
    pi = Pi(tmp_path / "pi")
    refused = pi.boots(tmp_path / "card/tocsin/first-boot.sh", "prepare")
    assert (refused.returncode, pi.log.exists()) == (1, False)
    assert "the files on the card are damaged" in refused.stderr


def test_a_code_that_has_ended_is_asked_for_no_more(made: School, tmp_path: Path) -> None:
    assert written(made, tmp_path / "card", "204").returncode == 0
    pi = Pi(tmp_path / "pi")
    assert pi.boots(tmp_path / "card/tocsin/first-boot.sh", "prepare").returncode == 0
    sums, until = pi.kept / "SHA256SUMS", pi.kept / "until"
    until.write_text("1000000000\n")
    left = [line for line in sums.read_text().splitlines() if not line.endswith("until")]
    sums.write_text("\n".join(left) + "\n")
    ended = pi.boots(pi.kept / "first-boot.sh", "join")
    assert (ended.returncode, (pi.kept / "code").exists()) == (0, False)
    assert "write the card again" in ended.stderr


def test_a_pi_without_cloud_init_is_prepared_by_its_kernel_line(
    made: School, tmp_path: Path
) -> None:
    card = tmp_path / "card"
    card.mkdir()
    (card / "cmdline.txt").write_text("console=tty1 root=PARTUUID=1-02 rootwait\n")
    words = ("204", "--wifi", 'The "Gym": $(reboot)\\', "--country", "US")
    said = written(made, card, *words, typed="it's $HOME; 'x'\n")
    assert said.returncode == 0, said.stderr
    line = (card / "cmdline.txt").read_text()
    assert line.count("\n") == 1
    assert "rootwait systemd.run=/boot/firmware/firstrun.sh " in line
    pi = Pi(tmp_path / "pi")
    ran = pi.boots(card / "firstrun.sh")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (card / "cmdline.txt").read_text() == "console=tty1 root=PARTUUID=1-02 rootwait\n"
    connection = pi.root / "etc/NetworkManager/system-connections/tocsin.nmconnection"
    assert mode(connection) == 0o600
    assert "raspi-config nonint do_wifi_country US" in pi.done()
    name = "".join(f"{byte};" for byte in words[2].encode())
    assert f"ssid={name}" in connection.read_text()


def test_a_card_without_cloud_init_that_is_written_again_boots_into_the_program_again(
    made: School, tmp_path: Path
) -> None:
    card = tmp_path / "card"
    card.mkdir()
    (card / "cmdline.txt").write_text("rootwait\n")
    for _ in range(2):
        assert written(made, card, "204").returncode == 0
        assert "systemd.run=/boot/firmware/firstrun.sh " in (card / "cmdline.txt").read_text()
        assert Pi(tmp_path / str(len(list(tmp_path.iterdir())))).boots(card / "firstrun.sh")
        assert (card / "cmdline.txt").read_text() == "rootwait\n"


def test_a_card_with_cloud_init_keeps_its_kernel_line(made: School, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    (card / "cmdline.txt").write_text("rootwait\n")
    (card / "user-data").write_text("#cloud-config\n")
    assert written(made, card, "204").returncode == 0
    assert (card / "cmdline.txt").read_text() == "rootwait\n"
    assert "first-boot.sh" in (card / "user-data").read_text()


def test_a_box_of_cards_has_a_sheet_and_an_address_each(made: School, tmp_path: Path) -> None:
    box = tmp_path / "box"
    words = ("--all", "--address", "10.20.0.50/24", "--router", "10.20.0.1", "--dns", "10.20.0.1")
    said = written(made, box, *words)
    assert said.returncode == 0, said.stderr
    sheet = (box / "cards.html").read_text()
    for unit, address in (("lincoln-204", "10.20.0.50"), ("lincoln-205", "10.20.0.51")):
        network = json.loads((box / unit / "network-config").read_text().partition("\n")[2])
        assert network["ethernets"]["eth0"]["addresses"] == [f"{address}/24"]
        assert f"<td>{unit}<td>{address}<td><td>" in sheet
        assert (box / unit / "tocsin/code").read_text().strip() not in sheet


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("299",), "there is no room 299"),
        (("204", "--wifi", "Gym"), "8 to 63"),
        (("204", "--router", "10.20.0.1"), "go with --address"),
        (("204", "--address", "10.20.0.5"), "names no net"),
        (("204", "--address", "10.20.0.5/24", "--router", "10.9.0.1"), "not in the net"),
        (("204", "--address", "10.20.0.255/24"), "no unit can have it"),
        (("204", "--address", "10.20.0.1/24", "--router", "10.20.0.1"), "no unit can have it"),
        (("--all", "--address", "10.20.0.254/24"), "no address behind"),
    ],
)
def test_what_cannot_be_is_refused_before_a_file_is_written(
    made: School, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    said = written(made, tmp_path / "card", *words)
    assert (said.returncode, (tmp_path / "card").exists()) == (1, False)
    assert told in said.stderr


@pytest.mark.parametrize(
    "name", ["tocsin-gateway_1.0+deb12_arm64.deb", "tocsin-unit_1.0+deb12_amd64.deb", "a.deb"]
)
def test_only_a_units_package_for_a_pi_is_taken(made: School, tmp_path: Path, name: str) -> None:
    deb = package(tmp_path, name)
    said = run(
        "tocsin-gateway", "sdcard", "204", "--config", made.config,
        "--to", tmp_path / "card", "--package", deb,
    )  # fmt: skip
    assert (said.returncode, (tmp_path / "card").exists()) == (1, False)
    assert "is no package for a unit" in said.stderr
