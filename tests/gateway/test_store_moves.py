"""Which of the moves that the disk has of an alert is true."""

from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.effects import SaveMove
from gateway.store import moves
from tests.in_memory import open_in_memory
from wire.ids import AlertId, IncidentId, Wall
from wire.moves import Move

NAMES = st.sampled_from([IncidentId("a"), IncidentId("b")])
BY = st.sampled_from(["", "Ms Hill"])
MOVES = st.builds(Move, st.integers(1, 2), NAMES, NAMES, BY, st.sampled_from([Wall(1), Wall(2)]))
ALERT = AlertId("0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001")


@given(st.lists(MOVES, min_size=1, max_size=6))
def test_of_moves_with_one_number_the_same_is_true_after_a_start(made: list[Move]) -> None:
    with closing(open_in_memory()) as db:
        for move in made:
            moves.keep(db, SaveMove(ALERT, move, move.to, move.source))
        assert moves.newest(db, ALERT) == max(made)
