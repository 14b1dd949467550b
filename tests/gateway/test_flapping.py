"""H72: a trouble that a peer makes come and go each second is told, and fills nothing."""

import pytest

from gateway.core.effects import Effect, ReceiverNotification, SaveTrouble
from gateway.core.supervision.damping import MOST, WHILE
from gateway.core.supervision.notices import ReceiverNotifications
from gateway.core.supervision.troubles import Troubles
from tests.gateway.core import REGISTER, SITE, at
from wire.ids import UnitId
from wire.supervision_troubles import UNITS_IN_TROUBLE

NAME = UNITS_IN_TROUBLE.name()
UNIT = UnitId("lincoln-204")


def rows(effects: list[Effect]) -> list[SaveTrouble]:
    return [each for each in effects if isinstance(each, SaveTrouble)]


def there(troubles: Troubles, second: float) -> list[Effect]:
    troubles.start(NAME, "button", at(second + WHILE).wall)
    return troubles.news(at(second + WHILE).wall)


def away(troubles: Troubles, second: float) -> list[Effect]:
    troubles.end(NAME, at(second + WHILE).wall)
    return troubles.news(at(second + WHILE).wall)


def flapping(troubles: Troubles, seconds: int, words: bool = False) -> list[SaveTrouble]:
    """There each even second, away each odd one; or there all the time, in ever new `words`."""
    found = list[SaveTrouble]()
    for second in range(seconds):
        now = at(second)
        if words:
            troubles.start(NAME, f"button {second}", now.wall)
        elif second % 2:
            troubles.end(NAME, now.wall)
        else:
            troubles.start(NAME, "button", now.wall)
        found += rows(troubles.news(now.wall))
    return found


def test_h72_it_is_one_row_told_a_few_times_and_then_it_stands() -> None:
    troubles = Troubles(SITE)
    told = flapping(troubles, 3600)
    assert abs(len(told) - MOST) <= 1
    assert len({each.started for each in told}) == 1
    assert troubles.names == [NAME]


def test_h72_once_it_has_stayed_away_it_is_over_whoever_noticed() -> None:
    troubles = Troubles(SITE)
    flapping(troubles, 60)
    assert rows(troubles.news(at(60 + WHILE / 2).wall)) == []
    (over,) = rows(troubles.news(at(61 + WHILE).wall))
    assert over.ended
    assert troubles.names == []
    again, gone, later = (
        rows(change(troubles, second)) for change, second in ((there, 70), (away, 71), (there, 300))
    )
    assert [each.started == over.started for each in (*again, *gone, *later)] == [True, True, False]


def test_h72_words_that_change_each_second_are_told_a_few_times_in_a_while() -> None:
    told = flapping(Troubles(SITE), 1200, words=True)
    assert MOST <= len(told) <= 11 * MOST
    assert len({each.started for each in told}) == 1


def test_h72_a_clock_that_is_set_holds_nothing_up() -> None:
    troubles = Troubles(SITE)
    flapping(troubles, 61)
    (over,) = rows(away(troubles, -3600 - WHILE))
    assert over.ended


def lost(notices: ReceiverNotifications, second: float, there: bool) -> list[ReceiverNotification]:
    units = [(UNIT, "unit-lost")] if there else []
    return notices.update((), units, REGISTER.by_unit, at(second).wall)


@pytest.mark.parametrize("seconds", [600, 6000])
def test_h72_an_alarm_centre_hears_of_it_a_few_times_and_once_that_it_is_over(seconds: int) -> None:
    notices = ReceiverNotifications()
    told = [each for n in range(seconds) for each in lost(notices, n, n % 2 == 0)]
    assert abs(len(told) - MOST) <= 1
    later = [each for n in range(200) for each in lost(notices, seconds + n, False)]
    assert [each.over for each in later] == [True]
