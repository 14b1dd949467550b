"""The console's decisions by themselves: waits, looks, places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.console.plan_editor import move, read_cameras, write_cameras
from gateway.console.rates import MOST_A_MINUTE, MOST_BY_LINKS, LinkRate
from gateway.console.refusals import AFRESH, Refusals
from gateway.console.view_log import AGAIN, ViewLog
from gateway.core.site import Place
from service.throttle import FREE, Throttle
from service.throttle import LONGEST as LONGEST_WAIT
from wire.ids import CameraId, IncidentId, Monotonic, RoomId

REGISTER = (
    "room,name,building,floor,unit,cameras,x,y\n"
    '204,"Lab, old",Main,2,lincoln-204,hall-2 gym,10,20\n'
    "205,Room 205,Main,2,lincoln-205,,,\n"
)


def mono(seconds: float) -> Monotonic:
    return Monotonic(seconds)


def test_ten_failures_are_free_and_then_waits_grow_to_five_minutes() -> None:
    throttle, now, waits = Throttle(), 0.0, []
    for _ in range(25):
        throttle.failed(("name",), mono(now))
        waits.append(throttle.wait(("name",), mono(now)))
        now += waits[-1]
    assert waits[: FREE - 1] == [0.0] * (FREE - 1)
    assert waits[FREE - 1 : FREE + 2] == [2.0, 4.0, 8.0]
    assert waits[-1] == LONGEST_WAIT


def test_an_address_that_guesses_other_names_waits_as_well() -> None:
    throttle = Throttle()
    for number in range(FREE):
        throttle.failed((f"name {number}", "address"), mono(0))
    assert throttle.wait(("name new", "address"), mono(0)) > 0
    assert not throttle.wait(("name new", "another"), mono(0))


def test_of_guesses_that_come_at_once_as_many_are_looked_at_as_are_free() -> None:
    throttle = Throttle()
    looked_at = [not throttle.attempt(("address",), mono(0)) for _ in range(400)]
    assert looked_at.count(True) == FREE


def test_a_guess_that_was_right_is_taken_back_and_others_stay_counted() -> None:
    throttle = Throttle()
    for _ in range(FREE - 1):
        throttle.attempt(("address",), mono(0))
    for _ in range(3):
        assert not throttle.attempt(("address",), mono(0))
        throttle.take_back(("address",), mono(0))
    assert not throttle.attempt(("address",), mono(0))
    assert throttle.wait(("address",), mono(0)) > 0


def test_an_hour_of_live_pictures_is_six_lines_in_the_books() -> None:
    looks, incident, camera = ViewLog(), IncidentId("i"), CameraId("hall-2")
    lines = [looks.news(incident, "day", "live", [camera], mono(at / 5)) for at in range(18_000)]
    assert sum(map(len, lines)) == 3600 / AGAIN


def test_a_move_changes_two_fields_of_one_row_and_keeps_all_the_rest() -> None:
    moved = move(REGISTER, {RoomId("205"): Place(33.3, 50), RoomId("999"): Place(1, 1)})
    assert moved == REGISTER.replace("lincoln-205,,,", "lincoln-205,,33.3,50")


def test_a_move_leaves_the_zone_of_a_room_as_the_centre_knows_it() -> None:
    zoned = REGISTER.replace(",x,y\n", ",x,y,zone\n").replace(",10,20\n", ",10,20,7\n")
    zoned = zoned.replace("lincoln-205,,,\n", "lincoln-205,,,,8\n")
    moved = move(zoned, {RoomId("204"): Place(1, 2)})
    assert moved == zoned.replace(",10,20,7", ",1,2,7")


def test_what_is_no_register_is_not_written() -> None:
    with pytest.raises(ValueError, match="first line"):
        move("a,b\n1,2\n", {RoomId("204"): Place(1, 1)})


@given(st.floats(0, 100), st.floats(0, 100))
def test_any_place_on_the_plan_can_be_read_again(x: float, y: float) -> None:
    again = move(move(REGISTER, {RoomId("204"): Place(x, y)}), {RoomId("205"): Place(y, x)})
    assert again.count("\n") == REGISTER.count("\n")


PLACES = st.builds(Place, st.integers(0, 100).map(float), st.integers(0, 100).map(float))


@given(st.dictionaries(st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True).map(CameraId), PLACES))
def test_cameras_hang_where_they_were_put(places: dict[CameraId, Place]) -> None:
    assert read_cameras(write_cameras(places)) == places


@given(st.text())
def test_a_spoilt_file_hangs_no_camera_outside_the_plan(text: str) -> None:
    found = read_cameras(text).values()
    assert all(0 <= place.x <= 100 and 0 <= place.y <= 100 for place in found)


def test_one_address_by_link_is_held_to_a_person_s_pace_and_all_together_to_some_persons() -> None:
    rate, incident = LinkRate(), IncidentId("i")
    one = [rate.allows(incident, "live link, 192.0.2.1", mono(n / 9)) for n in range(100)]
    assert one == [True] * MOST_A_MINUTE + [False] * (100 - MOST_A_MINUTE)
    assert rate.allows(incident, "live link, 192.0.2.2", mono(11))
    crowd = [rate.allows(incident, f"live link, {n}", mono(12)) for n in range(500)]
    assert sum(crowd) == MOST_BY_LINKS - MOST_A_MINUTE - 1
    assert rate.allows(IncidentId("another"), "live link, 192.0.2.1", mono(12))
    assert rate.allows(incident, "live link, 192.0.2.1", mono(80))


def test_ten_thousand_forbidden_tries_are_a_few_lines_and_are_counted() -> None:
    refusals, incident = Refusals(), IncidentId("i")
    told = [refusals.words(incident, "", "close", mono(n / 99)) for n in range(10_000)]
    lines = [each for each in told if each]
    assert lines[:4] == ["wanted to close"] * 4
    assert lines[4:6] == ["wanted to close, 8 times by now", "wanted to close, 16 times by now"]
    assert len(lines) < 20
    assert refusals.words(incident, "hill", "close", mono(102)) == "wanted to close"
    assert refusals.words(incident, "", "close", mono(102 + AFRESH)) == "wanted to close"
