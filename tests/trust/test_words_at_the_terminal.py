"""What an administrator reads at the terminal is whole, and asks before what cannot be undone."""

import subprocess
from pathlib import Path

import pytest

from gateway.trust.bootstrap_plan import PlanError, must_be_hosts
from service import exits
from tests.faults.privileges import require
from tests.trust.founded import BIN, School, run
from tests.waiting import patience

UNIT = "lincoln-204"


def ask(answers: str, *words: object, around: tuple[str, ...] = ()) -> tuple[int, str]:
    """Run tocsin-gateway as a person who types `answers`; return the exit code and all it said."""
    argv = [*around, str(BIN / "tocsin-gateway"), *map(str, words)]
    done = subprocess.run(argv, input=answers, capture_output=True, text=True, timeout=patience(60))
    return done.returncode, done.stdout + done.stderr


def ask_init(folder: Path, answers: str, around: tuple[str, ...] = ()) -> tuple[int, str]:
    words = ("init", "--folder", folder / "etc", "--state", folder / "state")
    return ask(answers, *words, around=around)


def test_init_names_every_service_and_every_next_step(tmp_path: Path) -> None:
    code, said = ask_init(tmp_path, "Lincoln School\n10.20.0.1\n")
    assert code == 0, said
    # Notices and monitoring need settings of their own first; what ends with @ has a socket.
    elsewhere = {"tocsin-device", "tocsin-receiver", "tocsin-monitor", "tocsin-notices"}
    found = {path.stem for path in Path("systemd").glob("*.service")}
    services = {name for name in found - elsewhere if not name.endswith("@")}
    steps = said.partition("\nNext:")[2]
    assert "tocsin-notices" in steps
    assert services <= set(steps.partition("enable --now ")[2].partition("\n")[0].split())
    for command in ("check", "doctor", "enrol ROOM", "account NAME", "set-address ADDRESS"):
        assert f"tocsin-gateway {command} " in steps
    assert "https://10.20.0.1:8712" in steps


def test_init_on_a_machine_without_a_network_offers_no_address_and_needs_one(
    tmp_path: Path,
) -> None:
    require("unshare", "--net", "true")
    code, said = ask_init(tmp_path, "Lincoln School\n\n", around=("unshare", "--net"))
    assert code == 1
    assert "127.0.0.1" not in said
    assert "no gateway was made: give at least one name or address" in said
    assert not (tmp_path / "etc").exists()


def test_init_offers_no_loopback_address_though_the_way_out_is_one(tmp_path: Path) -> None:
    require("unshare", "--net", "true")
    network = 'ip link set lo up && ip route add default dev lo && exec "$@"'
    around = ("unshare", "--net", "sh", "-c", network, "sh")
    code, said = ask_init(tmp_path, "Lincoln School\n\n", around=around)
    assert (code, "127.0.0.1" in said, "0.0.0.0" in said) == (1, False, False), said


def test_a_plan_without_an_address_is_refused() -> None:
    with pytest.raises(PlanError, match="at least one name or address"):
        must_be_hosts(())


@pytest.mark.parametrize(("answer", "revoked"), [("", ""), ("n\n", ""), ("y\n", f"{UNIT}\n")])
def test_to_revoke_a_unit_that_never_joined_is_asked_about(
    lincoln: School, answer: str, revoked: str
) -> None:
    lincoln.rooms("204")
    lincoln.code("204")
    code, said = ask(answer, "revoke", "--config", lincoln.config, UNIT)
    assert code == (0 if revoked else 1)
    assert f"Unit {UNIT} has never joined" in said
    assert (lincoln.folder / "revoked").read_text() == revoked


def test_it_is_revoked_unasked_by_one_who_says_yes_beforehand(lincoln: School) -> None:
    lincoln.rooms("204")
    lincoln.code("204")
    code, said = ask("", "revoke", "--config", lincoln.config, UNIT, "--yes")
    assert (code, "never joined" in said) == (0, False)
    assert (lincoln.folder / "revoked").read_text() == f"{UNIT}\n"


def test_a_label_bears_address_command_and_end(lincoln: School, tmp_path: Path) -> None:
    lincoln.rooms("204", "205")
    _, said = ask("", "enrol", "--config", lincoln.config, "--all", "--labels", tmp_path / "page")
    page = (tmp_path / "page").read_text()
    assert page.count(f"Gateway {lincoln.url}") == 2
    assert page.count(f"tocsin-device join {lincoln.url}<") == 2
    assert page.count("It asks for the code") == 2
    end = said.partition("good ")[2].strip()
    assert end.startswith("until 20")
    assert page.count(f"Good {end}, once") == 2


def test_on_the_terminal_the_same_is_said(lincoln: School) -> None:
    lincoln.rooms("204")
    _, said = ask("", "enrol", "--config", lincoln.config, "204")
    assert f"gateway   {lincoln.url}" in said
    assert f"tocsin-device join {lincoln.url}\n" in said
    assert "good      until 20" in said


def test_a_sheet_for_a_school_in_which_every_unit_has_joined_says_so(lincoln: School) -> None:
    code, said = ask("", "enrol", "--config", lincoln.config, "--all")
    assert (code, "there is no label to print" in said) == (0, True)


@pytest.mark.parametrize(
    "program", ["tocsin-device join", "tocsin-gateway join-primary --config gateway.toml"]
)
def test_a_code_is_no_argument(program: str) -> None:
    said = run(*program.split(), "https://127.0.0.1:9", "--code", "abcd")
    assert said.returncode == exits.USAGE
    assert "--code" in said.stderr
