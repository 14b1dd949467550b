"""A press on a real kernel's line becomes a report, and the lamp's line says so."""

import pytest

from tests.machine.school import School

pytestmark = pytest.mark.timeout(1800)
CHATTER = ("0:0.002", "1:0.001") * 15


def test_a_press_is_with_the_police_and_the_lamp_is_solid(school: School) -> None:
    school.press("0:0.3", "1")
    school.reported(1, within=3)
    school.shows("solid", within=8)


def test_a_contact_that_chatters_is_pressed_once(school: School) -> None:
    school.press(*CHATTER, "0:0.3", *CHATTER, "1")
    school.reported(1, within=3)
    school.shows("solid", within=8)
    assert school.presses() == 1


def test_a_slap_of_a_tenth_of_a_second_is_a_press(school: School) -> None:
    school.press("0:0.1", "1")
    school.reported(1, within=3)


def test_a_press_again_is_the_same_alert_with_one_press_more(school: School) -> None:
    school.press("0:0.3", "1:1.5", "0:0.3", "1")
    school.reported(2, within=5)
    assert school.alerts() == 1


def test_a_button_that_is_held_while_the_unit_starts_is_a_press(school: School) -> None:
    # With a resistor on the wall: the chip would pull the line up by itself as the unit takes it.
    school.machine.done(r"""printf '\n[button]\npull = "none"\n' >>/etc/tocsin/device.toml""")
    school.machine.done("systemctl stop tocsin-device")
    school.press("0")
    school.machine.done("systemctl start tocsin-device")
    school.reported(1, within=10)
    school.shows("solid", within=15)


def test_while_no_receiver_answers_the_lamp_says_so(school: School) -> None:
    school.machine.done("systemctl stop tocsin-receiver")
    school.press()
    school.shows("slow blink", within=8)
    school.shows("NOT DELIVERED", within=19)
    school.machine.done("systemctl start tocsin-receiver")
    school.reported(1, within=40)
    school.shows("solid", within=45)
