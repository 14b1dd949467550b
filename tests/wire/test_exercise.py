"""What is known of a walk test merges by a law, and nothing that is sent makes it last longer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.errors import WireError
from wire.exercise import LONGEST, Exercise, begun, ended, merged, read_exercise, write_exercise
from wire.ids import ExerciseId, Seconds, UnitId, Wall

NAME = ExerciseId("5a0d2b6e-0f0c-4c11-9a44-0f2f6a0b7c01")
WALK = begun(NAME, "Ms Frost", (UnitId("lincoln-204"),), Wall(1000.0), Seconds(600.0))
ENDS = st.one_of(
    st.just(WALK),
    st.builds(
        lambda at, by: ended(WALK, Wall(float(at)), by),
        st.integers(900, 1700),
        st.sampled_from(["", "Mr Day", "Ms Hill"]),
    ),
)


@given(ENDS, ENDS, ENDS)
def test_in_any_order_the_earliest_end_is_true(one: Exercise, two: Exercise, six: Exercise) -> None:
    assert merged(one, two) == merged(two, one)
    assert merged(merged(one, two), six) == merged(one, merged(two, six))
    assert merged(one, one) == one
    assert merged(one, two).over_at == min(one.over_at, two.over_at)


@given(ENDS)
def test_what_is_written_reads_back(exercise: Exercise) -> None:
    assert read_exercise(json.loads(json.dumps(write_exercise(exercise)))) == exercise


def test_it_lasts_no_longer_than_the_bound_whatever_is_asked() -> None:
    assert begun(NAME, "x", (), Wall(0.0), Seconds(1e6)).ends_at == Wall(LONGEST)
    assert ended(WALK, Wall(9999.0), "late") == WALK


BAD: dict[str, list[object]] = {
    "mode": ["live", "TEST", None, 3],
    "id": ["x", None],
    "by": ["", None, "a\nb", "x" * 81],
    "units": [None, "all", ["a/b"], [3], ["lincoln-204"] * 65],
    "ends_at": [None, "soon", "1970-01-01T00:10:00.000Z", "1970-01-01T02:00:00.000Z"],
    "started_at": [None, 0],
    "ended_at": [None, "x"],
}


@pytest.mark.parametrize(("field", "value"), [(k, v) for k, vs in BAD.items() for v in vs])
def test_what_is_no_exercise_is_refused(field: str, value: object) -> None:
    told = json.loads(json.dumps(write_exercise(WALK)))
    with pytest.raises(WireError):
        read_exercise({**told, field: value})


@pytest.mark.parametrize("rubbish", [None, [], "x", 3, {}])
def test_rubbish_is_refused(rubbish: object) -> None:
    with pytest.raises(WireError):
        read_exercise(rubbish)
