"""`tocsin-device try`: the unit on a desk, without lgpio; Enter presses and the lamp is drawn."""

import subprocess
import sys
from pathlib import Path

from tests.service.files import DEVICE, written
from tests.waiting import until

COMMAND = "import sys; sys.modules['lgpio'] = None; from device.main import main; sys.exit(main())"


def test_enter_presses_the_button_and_the_lamp_is_drawn(tmp_path: Path) -> None:
    path = written(tmp_path, f'{DEVICE}[journal]\npath = "journal.db"\n')
    argv = [sys.executable, "-c", COMMAND, "try", "--config", str(path)]
    out = tmp_path / "out"
    with out.open("wb") as written_to:
        unit = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=written_to)
    assert unit.stdin
    try:
        until(lambda: "○" in out.read_text(), within=20)
        unit.stdin.write(b"\n")
        unit.stdin.flush()
        until(lambda: out.read_text().count("●") >= 2, within=10)
    finally:
        unit.terminate()
        assert unit.wait(10) == 0
        unit.stdin.close()
