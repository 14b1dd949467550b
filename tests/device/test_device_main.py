"""The command `tocsin-device`, as systemd and an installer call it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from device.main import main
from tests.waiting import patience

GOOD = """
site = "lincoln"
unit = "lincoln-204"
room = "204"
[[gateway]]
url = "mqtt://127.0.0.1:1"
"""


def config(folder: Path, text: str = GOOD) -> list[str]:
    (folder / "device.toml").write_text(text)
    return ["--config", str(folder / "device.toml")]


def test_check_says_good_of_good_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *config(tmp_path)]) == 0
    assert capsys.readouterr().out == "good\n"


@pytest.mark.parametrize("command", ["check", "run"])
def test_bad_settings_end_with_78_and_every_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    bad = GOOD.replace("room", "rom") + "[button]\npin = 99\n"
    assert main([command, *config(tmp_path, bad)]) == 78
    told = capsys.readouterr().err
    assert 'rom: unknown setting; did you mean "room"?' in told
    assert "button.pin" in told


def test_a_file_that_is_not_there_ends_with_78(tmp_path: Path) -> None:
    assert main(["run", "--config", str(tmp_path / "nowhere.toml")]) == 78


def test_usage_ends_with_2() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run"])
    assert ended.value.code == 2


@pytest.mark.skipif(Path("/dev/gpiochip0").exists(), reason="this machine has pins")
def test_without_pins_it_ends_at_once_and_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "device.main", "run", *config(tmp_path)],
        env={**os.environ, "LG_WD": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=patience(20),
    )
    assert done.returncode == 1
    assert "python3-lgpio" in done.stderr
    assert "Traceback" not in done.stderr
