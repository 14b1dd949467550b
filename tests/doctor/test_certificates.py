"""A certificate is judged by its own words, its key and its authority."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.doctor.certificates import look_at_certificate
from tests.service.brokers import new_authority
from wire.ids import Wall


def at(year: int) -> Wall:
    return Wall(datetime(year, 6, 1, tzinfo=UTC).timestamp())


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    new_authority().sign(tmp_path, "gateway", ends=2030)
    return tmp_path


def verdicts(papers: Path, year: int, **beside: Path) -> list[str]:
    found = look_at_certificate(papers / "gateway.crt", at(year), "enrol", **beside)
    return [each.verdict for each in found]


def test_a_certificate_with_years_to_go_is_good(papers: Path) -> None:
    whole = {"ca": papers / "ca.crt", "key": papers / "gateway.key"}
    assert verdicts(papers, 2026, **whole) == ["good"]


@pytest.mark.parametrize("year", [1969, 2030])
def test_one_that_has_ended_or_not_begun_is_a_problem(papers: Path, year: int) -> None:
    assert verdicts(papers, year) == ["problem"]


def test_a_key_of_somebody_else_is_a_problem(papers: Path) -> None:
    new_authority().sign(papers / "other", "gateway")
    assert "problem" in verdicts(papers, 2026, key=papers / "other/gateway.key")


def test_an_authority_that_did_not_issue_it_is_a_problem(papers: Path) -> None:
    new_authority().sign(papers / "other", "gateway")
    assert "problem" in verdicts(papers, 2026, ca=papers / "other/ca.crt")


def test_rubbish_is_a_problem_and_no_crash(papers: Path) -> None:
    (papers / "gateway.crt").write_bytes(b"\x00\xff")
    assert verdicts(papers, 2026) == ["problem"]
