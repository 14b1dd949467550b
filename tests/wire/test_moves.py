"""Where an alert belongs: the same for everybody who heard of its moves, in whatever order."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.codec import decode, encode
from wire.errors import WireError
from wire.ids import AlertId, IncidentId, Wall
from wire.limits import LARGEST_NUMBER
from wire.messages import IncidentEvent
from wire.moves import (
    PERSONS,
    Move,
    counted,
    made_again,
    newer,
    next_move,
    next_number,
    read_move,
    write_move,
)

IDS = [f"0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b00{place}" for place in range(4)]
NAMES = st.sampled_from([IncidentId(each) for each in IDS])
WALLS = st.integers(0, 4_000_000_000_000).map(lambda ms: Wall(ms / 1000))
MOVES = st.builds(
    Move, st.integers(1, 5), NAMES, NAMES, st.sampled_from(["", "Ms Hill", "Mr Ito"]), WALLS
)
VERSIONS = st.integers(0, 4_000_000_000_000)
ALERT = AlertId(IDS[0])


def true_of(moves: list[Move]) -> Move:
    known = None
    for each in moves:
        known = newer(known, each)
    assert known
    return known


@given(st.lists(MOVES, min_size=1, max_size=4))
def test_moves_that_come_twice_late_and_in_any_order_end_in_one_place(moves: list[Move]) -> None:
    assert len({true_of([*order, *order[:1]]) for order in permutations(moves)}) == 1


@given(st.lists(MOVES, min_size=1), st.lists(MOVES, min_size=1))
def test_two_sides_that_tell_each_other_agree(here: list[Move], there: list[Move]) -> None:
    assert newer(true_of(here), true_of(there)) == newer(true_of(there), true_of(here))


@given(MOVES, VERSIONS, WALLS)
def test_a_move_made_here_counts_for_more_than_all_that_are_known(
    known: Move, version: int, at: Wall
) -> None:
    fresh = known._replace(number=next_number(known.number, version, known.by, at))
    assert newer(known, fresh) == fresh
    assert version < counted(fresh.number) <= LARGEST_NUMBER


@given(st.integers(0, 5), VERSIONS, WALLS, WALLS)
def test_what_a_person_moves_counts_for_more_than_what_a_gateway_did_that_knew_nothing_of_it(
    known: int, version: int, at: Wall, ahead: Wall
) -> None:
    assert next_number(known, 0, "Ms Hill", at) > next_number(known, version, "", ahead)


@given(MOVES, VERSIONS, st.sampled_from([0, PERSONS]))
def test_a_move_made_again_is_the_same_above_whatever_a_report_told(
    move: Move, version: int, kind: int
) -> None:
    known = move._replace(number=kind + move.number)
    again = made_again(known, version)
    assert again[1:] == known[1:]
    assert again.number > max(known.number, kind + version)


@given(st.integers(0, 5), NAMES, NAMES, st.floats(0, 4e9).map(Wall))
def test_a_move_is_the_same_where_it_is_made_and_where_it_is_told(
    known: int, to: IncidentId, source: IncidentId, at: Wall
) -> None:
    move = next_move(known, 0, to, source, "Ms Hill", at)
    assert read_move(write_move(ALERT, move)) == (ALERT, move)


@given(MOVES)
def test_a_move_is_read_as_it_was_written(move: Move) -> None:
    alert, found = read_move(write_move(ALERT, move))
    assert (alert, found[:4]) == (ALERT, move[:4])
    assert abs(found.at - move.at) < 0.002


@pytest.mark.parametrize(
    "spoilt",
    [
        {"number": 0}, {"number": "7"}, {"number": True}, {"number": 2**53}, {"alert": "x"},
        {"to": None}, {"from": IDS[0].upper()}, {"by": 7}, {"at": 12.0}, {"at": "noon"},
    ],
)  # fmt: skip
def test_what_is_no_move_moves_nothing(spoilt: dict[str, Any]) -> None:
    good = write_move(ALERT, Move(7, IncidentId(IDS[1]), IncidentId(IDS[2]), "", Wall(1.0)))
    with pytest.raises(WireError):
        read_move({**good, **spoilt})


def test_the_other_gateway_hears_of_a_move() -> None:
    to, source = IncidentId(IDS[1]), IncidentId(IDS[2])
    news = IncidentEvent(
        to, Wall(1.0), "moved", "Ms Hill", ((ALERT, 1),), (), move=2**42, source=source
    )
    assert decode(encode(news)) == news


@pytest.mark.parametrize("move", [7, None, [], {}, {"number": 1}, {"number": 0, "from": IDS[0]}])
def test_a_message_with_a_spoilt_move_is_none(move: object) -> None:
    news = IncidentEvent(IncidentId(IDS[1]), Wall(1.0), "moved", "", (), ())
    field = b',"move":' + str(move).replace("'", '"').replace("None", "null").encode() + b"}"
    with pytest.raises(WireError):
        decode(encode(news)[:-1] + field)
