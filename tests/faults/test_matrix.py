"""Every fault of the matrix has a test, and its row in the document."""

import re
from pathlib import Path

import pytest

from tests.faults.matrix import ELSEWHERE, ROWS, document

HERE = Path(__file__).parent
TESTS = "\n".join(path.read_text() for path in HERE.glob("test_*_faults.py"))
PROMISES = Path("docs/promises.md").read_text()


def test_the_matrix_is_whole() -> None:
    numbers = [int(row[1:]) for row in ROWS]
    assert numbers == sorted(set(numbers))
    assert numbers[:34] == list(range(1, 35))


@pytest.mark.parametrize("row", ROWS)
def test_every_fault_is_injected_by_a_test_of_its_name(row: str) -> None:
    if row in ELSEWHERE:
        path, name = ELSEWHERE[row].split("::")
        assert f"def {name}(" in Path(path).read_text()
    else:
        assert f"def test_f{int(row[1:]):02}_" in TESTS


@pytest.mark.parametrize("row", ROWS)
def test_every_fault_stands_in_the_document_with_a_figure(row: str) -> None:
    (line,) = re.findall(rf"(?m)^\| {row} \| .*$", PROMISES)
    assert ROWS[row] in line
    assert re.search(r"\d of [\d.]+ (s|%)|\d disks", line)


def test_the_document_is_made_from_what_was_measured() -> None:
    made = document(PROMISES, [{"row": "F1", "what": "told", "figure": 0.25, "bound": 8.0}])
    assert (
        f"| F1 | {ROWS['F1']} | told: 0.25 of 8 s | `scripts/test tests/faults -k f01_` |" in made
    )
    assert document(PROMISES, []) == PROMISES
