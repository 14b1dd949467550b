"""Access to files is judged for the user of the service, whichever user asks."""

import os
from pathlib import Path

import pytest

from service.doctor.access import Account, account_of, check_data, check_secrets

WE = Account("we", os.geteuid() or 4711, frozenset({os.getegid() or 4711}))
OTHER = Account("tocsin", 4712, frozenset({4712}))


def owned(path: Path, mode: int) -> Path:
    path.touch()
    path.chmod(mode)
    if os.geteuid() == 0:
        os.chown(path, WE.uid, -1)
    return path


@pytest.mark.parametrize(
    ("mode", "verdict"), [(0o600, "good"), (0o400, "good"), (0o640, "problem")]
)
def test_a_secret_that_others_may_read_is_a_problem(
    tmp_path: Path, mode: int, verdict: str
) -> None:
    secret = owned(tmp_path / "unit.key", mode)
    assert [each.verdict for each in check_secrets([secret], WE)] == [verdict]


def test_a_secret_that_the_service_itself_may_not_read_is_given_to_it(tmp_path: Path) -> None:
    secret = owned(tmp_path / "secret", 0o600)
    (found,) = check_secrets([secret], OTHER)
    assert found.cure == f"`chown tocsin: {secret} && chmod 600 {secret}`"


def test_a_store_that_the_service_may_not_write_is_given_back_whole(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    store = owned(tmp_path / "tocsin.db", 0o644)
    assert [each.verdict for each in check_data([store], WE)] == ["good"]
    (found,) = check_data([store], OTHER)
    assert "tocsin.db" in found.seen
    assert found.cure == f"`chown -R tocsin: {tmp_path}`"


def test_the_service_works_as_who_owns_its_folder(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path, 4713, -1)
        assert account_of(tmp_path, "tocsin").uid == 4713
    else:
        assert account_of(tmp_path, "tocsin").uid == os.geteuid()
