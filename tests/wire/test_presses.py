"""What is known of each press: however often and from wherever it comes, the earliest is true."""

from hypothesis import given
from hypothesis import strategies as st

from wire.ids import Wall
from wire.presses import MOST_DATED, MOST_STEPS, DatedPress, merged, trail, undated

moments = st.integers(0, 50).map(lambda n: Wall(float(n)))
presses = st.lists(
    st.builds(DatedPress, st.integers(1, 60), st.none() | moments, moments), max_size=40
)
MAIN_204, MAIN_105 = ("Main", "2", "204"), ("Main", "1", "105")


@given(presses, presses, presses)
def test_in_whatever_order_and_however_often_it_comes_the_same_is_known(
    one: list[DatedPress], two: list[DatedPress], three: list[DatedPress]
) -> None:
    known = merged(one, two, three)
    assert known == merged(three, two, one, two) == merged(known, one)
    assert [each.press for each in known] == sorted({each.press for each in known})


@given(presses)
def test_no_press_becomes_later_and_the_newest_are_kept(told: list[DatedPress]) -> None:
    known = merged(told)
    assert len(known) <= MOST_DATED
    numbers = sorted({each.press for each in told})
    assert [each.press for each in known] == numbers[-MOST_DATED:]
    for each in known:
        same = [other for other in told if other.press == each.press]
        assert each.received_at == min(other.received_at for other in same)
        known_at = [other.pressed_at for other in same if other.pressed_at is not None]
        assert each.pressed_at == min(known_at, default=None)


def test_what_is_undated_is_counted_among_the_newest_alone() -> None:
    dated = [DatedPress(number, None, Wall(0.0)) for number in (1, 4, 30)]
    assert [undated(count, dated) for count in (1, 2, 4, 30)] == [0, 1, 2, MOST_DATED - 1]


def test_a_trail_names_a_place_again_when_it_was_pressed_again_after_another() -> None:
    found = trail([(Wall(6.0), MAIN_204), (Wall(0.0), MAIN_204), (Wall(3.0), MAIN_105)])
    assert [place for place, _ in found] == [MAIN_204, MAIN_105, MAIN_204]


def test_presses_in_a_row_from_one_place_are_one_step_with_the_time_of_the_last() -> None:
    found = trail([(Wall(float(second)), MAIN_204) for second in range(5)])
    assert found == [(MAIN_204, 4.0)]


def test_rooms_of_one_number_in_two_buildings_are_two_steps() -> None:
    assert len(trail([(Wall(0.0), MAIN_204), (Wall(1.0), ("Annex", "2", "204"))])) == 2


def test_a_trail_shows_the_newest_steps() -> None:
    found = trail([(Wall(float(n)), (MAIN_204, MAIN_105)[n % 2]) for n in range(40)])
    assert [at for _, at in found] == [float(n) for n in range(40 - MOST_STEPS, 40)]
