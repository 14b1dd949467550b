"""Each press of a button stands by itself at the receiver, whichever report told it."""

from typing import Any

import pytest

from tests.police.school import Json, Receiver, alert, report, shown
from wire.presses import MOST_DATED


def moment(second: float) -> str:
    return f"2026-03-09T14:05:{second:06.3f}Z"


def press(number: int, second: float, **fields: Any) -> Json:
    at = moment(second)
    return {"press": number, "pressed_at": at, "received_at": moment(second + 0.1), **fields}


def pressed(room: str, *seconds: float, presses: int = 0) -> Json:
    """An alert of a room, pressed at these seconds of the same minute."""
    first = {"pressed_at": moment(seconds[0]), "received_at": moment(seconds[0] + 0.1)}
    count = presses or len(seconds)
    each = [press(number, second) for number, second in enumerate(seconds, 1)]
    return alert(room, presses=count, **first, **({"each_press": each} if count > 1 else {}))


def rooms(receiver: Receiver, document: Json) -> list[tuple[str, list[str]]]:
    found = shown(receiver, document)["rooms"]
    return [(room["room"], [each["at"] for each in room["times"]]) for room in found]


def test_the_room_that_was_pressed_last_is_first_and_the_trail_shows_the_way_there(
    receiver: Receiver,
) -> None:
    document = report([pressed("204", 0, 6), pressed("105", 3)])
    receiver.post(document)
    assert rooms(receiver, document) == [("204", [moment(0), moment(6)]), ("105", [moment(3)])]
    trail = shown(receiver, document)["trail"]
    assert [(step["room"], step["at"]) for step in trail] == [
        ("204", moment(0)),
        ("105", moment(3)),
        ("204", moment(6)),
    ]


def test_presses_of_two_reports_are_put_together_and_the_earliest_time_stays(
    receiver: Receiver,
) -> None:
    first = pressed("204", 0, 6, presses=3)
    document = report([first], version=5)
    late = {**first, "each_press": [press(2, 5), press(3, 9)]}
    receiver.post(document)
    receiver.post({**document, "version": 4, "alerts": [late]})
    assert rooms(receiver, document) == [("204", [moment(0), moment(5), moment(9)])]


def test_presses_that_nobody_dated_are_counted_and_no_time_is_made_up(receiver: Receiver) -> None:
    told = [press(1, 0), press(4, 9, pressed_at=None)]
    document = report([{**pressed("204", 0, presses=4), "each_press": told}])
    receiver.post(document)
    (room,) = shown(receiver, document)["rooms"]
    assert (room["presses"], room["last_at"]) == (4, moment(9.1))
    assert room["times"] == [
        {"at": moment(0), "known": True, "received_at": moment(0.1)},
        {"at": moment(9.1), "known": False, "received_at": moment(9.1)},
    ]


def test_a_report_of_the_form_before_is_shown_as_it_always_was(receiver: Receiver) -> None:
    older = alert("204", presses=3, pressed_at=moment(0), received_at=moment(0.1))
    document = report([older])
    receiver.post(document)
    (room,) = shown(receiver, document)["rooms"]
    assert (room["presses"], room["last_at"]) == (3, moment(0))


def test_the_newest_presses_are_shown_and_all_are_counted(receiver: Receiver) -> None:
    seconds = [float(second) for second in range(40)]
    first = pressed("204", *seconds)
    document = report([first])
    receiver.post(document)
    (room,) = shown(receiver, document)["rooms"]
    assert (room["presses"], room["pressed_at"], len(room["times"])) == (40, moment(0), MOST_DATED)
    assert room["last_at"] == moment(39)


@pytest.mark.parametrize(
    "odd",
    [7, [7], [{}], [press(0, 1)], [press(3, 1)], [press(2, 1, received_at="soon")],
     [{**press(2, 1), "press": True}], [[press(2, 1)]], {"press": 2}],
)  # fmt: skip
def test_odd_presses_cost_no_alert(receiver: Receiver, odd: Any) -> None:
    document = report([{**pressed("204", 0, presses=2), "each_press": odd}])
    assert receiver.post(document).status_code == 200
    assert rooms(receiver, document) == [("204", [moment(0)])]


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ([{"pattern": "brief"}], "brief"),
        ([{"pattern": "held"}, {"pattern": "firm"}], "held"),
        ([{"pattern": "brief"}, {"pattern": "firm"}], "repeated"),
        ([{"pattern": "angry"}], None),
        ([{"pattern": ["held"]}], None),
        ([{}], None),
    ],
)
def test_one_word_says_what_the_presses_of_a_room_look_like(
    receiver: Receiver, told: list[Json], word: str | None
) -> None:
    document = report([{**pressed("204", second), **each} for second, each in enumerate(told)])
    receiver.post(document)
    (room,) = shown(receiver, document)["rooms"]
    assert room["pattern"] == word
