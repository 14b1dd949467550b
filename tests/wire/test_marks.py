"""Marks on the plan: one law for all sides, bounds for every source, and no trust in a stranger."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.samples import attempt
from wire.errors import WireError
from wire.ids import MarkId, Wall
from wire.limits import MOST_MARKS, MOST_MARKS_BY_LINKS, MOST_MARKS_OF_ACCOUNTS
from wire.mark_fields import read_mark, read_marking, write_marking
from wire.marks import (
    KNOWN,
    SHARES,
    SIGHTS,
    Known,
    Mark,
    Spot,
    TakenBack,
    count_of,
    digest_of,
    joined,
    standing,
    write_mark,
)

VECTORS = Path("wire/vectors/marks")
CASES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(VECTORS.iterdir())}
GOOD = [name for name in CASES if "error" not in CASES[name]]

texts = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)
moments = st.integers(0, 90).map(lambda n: Wall(n / 1000))
known = st.sampled_from(list(KNOWN.values()))


@st.composite
def marks(draw: st.DrawFn) -> Mark:
    """A mark: the same id always says the same, and only who took it back when may differ."""
    number = draw(st.integers(0, 180))
    source = list(KNOWN.values())[number % 3]
    taken = st.none() | st.builds(TakenBack, moments, st.just("Hill"), known)
    place = Spot("Main", "2", str(number), 1.0, 2.0)
    name = MarkId(f"{number:08}-0000-4000-8000-000000000000")
    facts = (name, "seen", place, "", f"Day {number % 7}", source, Wall(number / 1000))
    return Mark(*facts, draw(moments), draw(st.integers(1, 99)), draw(taken))


many = st.lists(marks(), max_size=120)


@given(many, many, many)
def test_in_whatever_order_and_however_often_they_come_the_same_marks_are_known(
    one: list[Mark], two: list[Mark], three: list[Mark]
) -> None:
    all_at_once = joined(one, two, three)
    assert joined(joined(one, two), three) == joined(joined(three, one), two) == all_at_once
    assert joined(all_at_once, one, all_at_once) == all_at_once
    assert digest_of(joined(two, one)) == digest_of(joined(one, two))


@given(many)
def test_each_share_keeps_its_newest_and_what_was_taken_back_stays_so(told: list[Mark]) -> None:
    kept = joined(told)
    assert len(kept) <= MOST_MARKS
    for mark in kept:
        assert sum(each.known == mark.known for each in kept) <= SHARES[mark.known]
        same = [each for each in told if each.id == mark.id]
        assert (mark in standing(kept)) == all(each.taken is None for each in same)
    assert count_of(kept) >= len(kept) - len({each.id for each in told})


def test_one_source_displaces_no_mark_of_another() -> None:
    spot = Spot("Main", "2", "204", 1.0, 2.0)
    officer = Mark(MarkId("a"), "seen", spot, "", "Day", "account", Wall(0.0), Wall(0.0))
    flood = [
        officer._replace(id=MarkId(f"b{n}"), known="link", by=f"N {n}", seen_at=Wall(1.0 + n))
        for n in range(10_000)
    ]
    kept = joined([officer], flood)
    assert officer in kept
    assert len(kept) == 1 + MOST_MARKS_BY_LINKS
    assert kept[-1] == flood[-1]


def of_source(by: str, word: Known, first: int, many: int) -> list[Mark]:
    """So many marks of one source, seen a second apart."""
    spot = Spot("Main", "2", "204", 1.0, 2.0)
    moments = [Wall(float(first + n)) for n in range(many)]
    return [Mark(MarkId(f"{word} {by} {at}"), "seen", spot, "", by, word, at, at) for at in moments]


def test_a_flood_from_all_sides_leaves_every_other_account_its_newest() -> None:
    quiet = [of_source(by, "account", n, 8) for n, by in enumerate(("ito", "hill"))]
    flood = [
        *of_source("", "link", 100, 99),
        *of_source("", "receiver", 100, 99),
        *of_source("ng", "account", 100, 99),
    ]
    kept = joined(*quiet)
    for mark in flood:
        kept = joined(kept, [mark])
    assert {*kept} >= {*quiet[0], *quiet[1]}
    assert kept == joined(flood, *quiet)
    assert len(kept) == MOST_MARKS


def test_of_as_many_accounts_as_there_are_places_each_keeps_its_newest() -> None:
    crowd = [of_source(f"p{n:02}", "account", n * 50, 40) for n in range(MOST_MARKS_OF_ACCOUNTS)]
    assert {*joined(*crowd)} == {each[-1] for each in crowd}


def as_asked(case: dict[str, Any]) -> object:
    return json.loads(case["text"])


@pytest.mark.parametrize("name", GOOD)
def test_what_a_person_asks_for_is_read_as_it_was_meant(name: str) -> None:
    case, asked = CASES[name], read_marking(as_asked(CASES[name]))
    expected = {key: value for key, value in case["mark"].items() if value is not None}
    written = {key: value for key, value in write_marking(asked).items() if value is not None}
    assert written == expected
    assert read_marking(write_marking(asked)) == asked


@pytest.mark.parametrize("name", sorted({*CASES} - {*GOOD}))
def test_what_breaks_the_rules_is_refused_for_the_reason_named(name: str) -> None:
    with pytest.raises(WireError, match=CASES[name]["error"]) as refused:
        read_marking(as_asked(CASES[name]))
    assert str(refused.value).isprintable()


def test_every_case_says_why_and_its_name_says_whether_it_is_good() -> None:
    for name, case in CASES.items():
        assert case["why"], name
        assert name.startswith("bad-") == ("error" in case), name


@given(marks())
def test_a_mark_that_was_written_down_is_read_as_the_same(mark: Mark) -> None:
    assert read_mark(json.loads(json.dumps(write_mark(mark)))) == mark


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists))
def test_whatever_stands_in_a_field_is_refused_or_read(rubbish: object) -> None:
    spot = Spot("Main", "2", "204", 1.0, 2.0)
    good = write_mark(Mark(MarkId("0" * 36), "seen", spot, "", "Day", "link", Wall(0), Wall(0)))
    good["id"] = "0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001"
    for key in good:
        attempt(partial(read_mark, {**good, key: rubbish}))
        attempt(partial(read_marking, {**good, key: rubbish}))


def test_every_sight_is_a_word_and_a_sentence() -> None:
    assert all(each.isascii() and each.islower() for each in SIGHTS)
    assert next(iter(SIGHTS)) == "seen"
