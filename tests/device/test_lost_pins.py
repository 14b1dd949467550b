"""The chip of a unit's pins vanishes: the unit ends before lgpio has filled the journal."""

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from device.button import LOST_AFTER, Button
from device.clock import machine_boot
from device.rows import Rows
from service import exits
from tests.device.firmware import GatewaySide
from tests.faults.matrix import keep
from tests.waiting import until
from wire.ids import Monotonic


class Contact:
    """A panel whose contact may be gone."""

    gone = False

    def pressed(self) -> bool:
        if self.gone:
            raise OSError("no such device")
        return False

    def show(self, lamp: bool, buzzer: bool) -> None:
        """It has no lamp."""


def read(button: Button, at: float) -> None:
    try:
        button.pressed(Monotonic(at))
    except OSError:
        return


def test_a_button_is_lost_once_each_reading_has_failed_for_a_second() -> None:
    contact = Contact()
    button = Button(contact, Monotonic(0.0))
    contact.gone = True
    for at in (0.5, LOST_AFTER):
        read(button, at)
        assert not button.is_lost
    read(button, LOST_AFTER + 0.1)
    assert button.is_lost


def test_a_process_that_stood_still_has_lost_no_button() -> None:
    button = Button(Contact(), Monotonic(0.0))
    read(button, 3600.0)
    assert not button.is_lost


def test_a_unit_whose_pins_vanish_ends_at_once_and_keeps_its_alert(
    tmp_path: Path, port: int, gateway: GatewaySide
) -> None:
    words = [sys.executable, "-m", "tests.device.wall", str(tmp_path), str(port), "mock"]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=1, text=True
    ) as unit:
        assert unit.stdin
        assert unit.stderr
        until(gateway.beats, within=10)
        unit.stdin.write("press\n")
        until(gateway.alerts)
        began = time.monotonic()
        unit.stdin.write("vanish\n")
        log = unit.stderr.read()  # to its end
        keep("F58", "ended, to be started again", time.monotonic() - began, 3)
    assert unit.returncode == exits.PROBLEM
    assert "The button cannot be read any more: " in log
    with closing(Rows(tmp_path / "j.db", machine_boot())) as journal:
        assert [row.alert for row in journal.read()] == [gateway.alerts()[0][1].alert]
