"""A certificate is judged by its own words, its key and its authority."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.doctor.certificates import check_certificate
from service.identity import key_in, read_certificate
from tests.service.brokers import new_authority
from tests.trust.unstrict import old_shape
from wire.ids import Wall


def at(year: int) -> Wall:
    return Wall(datetime(year, 6, 1, tzinfo=UTC).timestamp())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    new_authority().sign(tmp_path, "gateway", ends=2030)
    return tmp_path


def verdicts(folder: Path, year: int, **beside: Path) -> list[str]:
    found = check_certificate(folder / "gateway.crt", at(year), "enrol", **beside)
    return [each.verdict for each in found]


def test_a_certificate_with_years_to_go_is_good(folder: Path) -> None:
    whole = {"ca": folder / "ca.crt", "key": folder / "gateway.key"}
    assert verdicts(folder, 2026, **whole) == ["good"]


@pytest.mark.parametrize("year", [1969, 2030])
def test_one_that_has_ended_or_not_begun_is_a_problem(folder: Path, year: int) -> None:
    assert verdicts(folder, year) == ["problem"]


def test_a_key_of_somebody_else_is_a_problem(folder: Path) -> None:
    new_authority().sign(folder / "other", "gateway")
    assert "problem" in verdicts(folder, 2026, key=folder / "other/gateway.key")


def test_an_authority_that_did_not_issue_it_is_a_problem(folder: Path) -> None:
    new_authority().sign(folder / "other", "gateway")
    assert "problem" in verdicts(folder, 2026, ca=folder / "other/ca.crt")


def test_rubbish_is_a_problem_and_no_crash(folder: Path) -> None:
    (folder / "gateway.crt").write_bytes(b"\x00\xff")
    assert verdicts(folder, 2026) == ["problem"]


def test_a_unit_s_certificate_that_strict_verification_refuses_has_a_cure(folder: Path) -> None:
    authority = new_authority()
    authority.sign(folder / "unit", "unit")
    leaf, key = folder / "unit/unit.crt", key_in(folder / "unit/unit.key")
    leaf.write_bytes(old_shape(read_certificate(leaf), key))
    found = check_certificate(leaf, at(2026), "enrol", folder / "unit/ca.crt")
    (told,) = [each for each in found if "strict verification" in each.seen]
    assert told.verdict == "problem"
    assert "systemctl enable --now tocsin-authority" in told.cure
