"""The rooms of an incident's page: what their presses look like."""

import pytest

from gateway.console.room_view import dated_presses, describe_rooms
from gateway.store.reader import AlertRow
from wire.ids import Wall


def pressed(held: float | None, presses: int = 1) -> AlertRow:
    told = (held, None, None) if held is None else (held, 2, 100.0)
    at = Wall(1_790_000_000.0)
    return AlertRow("a", "204", "Room 204", "2", "Main", at, at, presses, "[]", 4, 0, *told)


@pytest.mark.parametrize(
    ("alerts", "word"),
    [
        ([pressed(0.1)], "firm"),
        ([pressed(0.03)], "brief"),
        ([pressed(None)], None),
        ([pressed(None, presses=2)], "repeated"),
        ([pressed(0.1), pressed(4.0)._replace(id="b")], "held"),
        ([pressed(0.1), pressed(None)._replace(id="b")], "repeated"),
    ],
)
def test_one_word_says_what_the_presses_of_a_room_look_like(
    alerts: list[AlertRow], word: str | None
) -> None:
    (room,) = describe_rooms(alerts, dated_presses(alerts, []))
    assert room["pattern"] == word
