"""The checker is only worth its word if it finds each kind of wrong."""

from dataclasses import replace

from tests.faults.checker import Claim, Logs, Press, Row, Taken, delays, faults

GOOD = Logs(
    [Press(1.0, "u")],
    [Claim(1.1, "u", "a", "RECEIVED"), Claim(1.2, "u", "a", "DELIVERED")],
    [Row(1.05, "a")],
    [Taken(1.15, "u", "a", 1)],
    {"u": 1},
)


def kinds(logs: Logs, bound: float = 3.0) -> list[str]:
    return [fault.split(":")[0] for fault in faults(logs, bound)]


def test_a_good_press_has_no_fault_and_its_delay_is_measured() -> None:
    assert kinds(GOOD) == []
    assert [round(delay or -1, 2) for delay in delays(GOOD)] == [0.15]


def test_a_press_that_the_police_never_had_is_missing_and_its_solid_lamp_a_lie() -> None:
    assert kinds(replace(GOOD, taken=[])) == ["missing", "untrue", "silent"]


def test_a_further_press_must_be_told_too() -> None:
    assert "missing" in kinds(replace(GOOD, presses=[Press(1.0, "u"), Press(2.0, "u")]))


def test_a_press_under_two_ids_is_twice() -> None:
    twice = [*GOOD.taken, Taken(2.0, "u", "b", 1)]
    assert kinds(replace(GOOD, taken=twice, shown={"u": 2})) == ["twice"]


def test_the_same_alert_in_many_reports_is_once() -> None:
    assert kinds(replace(GOOD, taken=[*GOOD.taken, Taken(2.0, "u", "a", 1)])) == []


def test_a_press_beyond_the_bound_is_late_and_counts_from_the_faults_end() -> None:
    assert kinds(GOOD, bound=0.1) == ["late"]
    assert faults(GOOD, bound=0.1, healed=1.1) == []


def test_a_slow_blink_before_the_row_is_untrue() -> None:
    assert kinds(replace(GOOD, rows=[Row(1.5, "a")])) == ["untrue"]


def test_a_solid_lamp_before_the_receipt_is_untrue() -> None:
    assert kinds(replace(GOOD, taken=[Taken(1.6, "u", "a", 1)])) == ["untrue"]


def test_a_solid_lamp_after_a_further_press_that_nobody_has_is_untrue() -> None:
    again = replace(GOOD, presses=[Press(1.0, "u"), Press(2.0, "u")])
    solid = replace(again, claims=[*GOOD.claims, Claim(3.0, "u", "a", "DELIVERED")])
    assert "untrue" in kinds(solid)
    told = replace(solid, taken=[*GOOD.taken, Taken(2.9, "u", "a", 2)], shown={"u": 2})
    assert kinds(told) == []


def test_a_press_that_the_police_have_and_do_not_show_is_hidden() -> None:
    assert kinds(replace(GOOD, shown={})) == ["hidden"]


def test_an_undelivered_press_that_is_not_shown_is_silent_and_one_shown_is_not() -> None:
    late = replace(GOOD, claims=[], taken=[Taken(30.0, "u", "a", 1)])
    assert kinds(late, bound=60) == ["silent"]
    shown = replace(late, claims=[Claim(18.0, "u", "a", "NOT DELIVERED")])
    assert kinds(shown, bound=60) == []


def test_not_delivered_that_stays_after_the_receipt_is_untrue() -> None:
    lying = Claim(5.0, "u", "a", "NOT DELIVERED")
    assert kinds(replace(GOOD, claims=[*GOOD.claims, lying])) == ["untrue"]
