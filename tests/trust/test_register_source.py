"""The register goes to the second gateway alone, and is compared on link-up and once a minute."""

from pathlib import Path

import pytest

from gateway.config.register_files import LARGEST, RegisterFiles, from_text, register_paths
from gateway.trust.ca.authority import NotOursError, new_authority
from gateway.trust.ca.enrolment import EnrolmentError
from gateway.trust.ca.register_source import RegisterSource
from gateway.trust.register_follower import RegisterFollower
from service.identity import new_key, request_for
from wire.ids import Monotonic, Wall

NOW = Wall(1_790_000_000.0)
AUTHORITY = new_authority("lincoln", NOW)
KEY = new_key()


@pytest.fixture
def source(tmp_path: Path) -> RegisterSource:
    (tmp_path / "rooms.csv").write_text("room\n204\n")
    (tmp_path / "revoked").write_text("")
    paths = register_paths(tmp_path / "rooms.csv", tmp_path / "tocsin.db")
    return RegisterSource(AUTHORITY, paths, tmp_path / "revoked")


def asked(name: str = "standby", known: str = "") -> dict[str, str]:
    request = request_for(KEY)
    certificate = AUTHORITY.sign_client(name, request, NOW)
    return {"certificate": certificate.decode(), "request": request.decode(), "known": known}


def test_the_second_gateway_gets_the_files_and_then_only_what_is_new(
    source: RegisterSource, tmp_path: Path
) -> None:
    files = from_text(source.answer(asked(), NOW)["files"])
    assert files == RegisterFiles(b"room\n204\n", b"", b"")
    assert source.answer(asked(known=files.digest), NOW) == {}
    (tmp_path / "rooms.csv").write_text("room\n205\n")
    assert "files" in source.answer(asked(known=files.digest), NOW)


@pytest.mark.parametrize("name", ["lincoln-204", "gateway", "canary-a", "console"])
def test_no_other_certificate_of_the_school_opens_the_register(
    source: RegisterSource, name: str
) -> None:
    with pytest.raises(EnrolmentError, match="only the second gateway"):
        source.answer(asked(name), NOW)


def test_a_revoked_second_gateway_gets_nothing(source: RegisterSource, tmp_path: Path) -> None:
    (tmp_path / "revoked").write_text("standby\n")
    with pytest.raises(EnrolmentError):
        source.answer(asked(), NOW)


def test_a_certificate_without_its_key_or_of_another_authority_gets_nothing(
    source: RegisterSource,
) -> None:
    other = request_for(new_key()).decode()
    foreign = new_authority("lincoln", NOW).sign_client("standby", request_for(KEY), NOW)
    for stolen in ({"request": other}, {"certificate": foreign.decode()}):
        with pytest.raises(NotOursError):
            source.answer(asked() | stolen, NOW)


def test_more_than_a_register_can_be_is_neither_given_nor_taken(
    source: RegisterSource, tmp_path: Path
) -> None:
    (tmp_path / "rooms.csv").write_bytes(b"x" * (LARGEST + 1))
    with pytest.raises(ValueError, match="larger than"):
        source.answer(asked(), NOW)
    with pytest.raises(ValueError, match="larger than"):
        from_text(RegisterFiles(b"x" * LARGEST, b"x", b"").as_text())


class Counted:
    """A link and a copy that count."""

    def __init__(self) -> None:
        self.up = False
        self.updates = 0

    def update(self) -> list[Path]:
        self.updates += 1
        return []

    def set_aside(self) -> list[Path]:
        return []


def test_the_registers_are_compared_once_a_minute_and_each_time_the_link_comes_up() -> None:
    it = Counted()
    follower = RegisterFollower(it, it, lambda _: None)
    done = []
    for second, is_up in ((0, False), (1, False), (2, True), (30, True), (61, True), (62, True),
                          (63, False), (64, True), (130, False)):  # fmt: skip
        it.up = is_up
        follower.check(Monotonic(1000.0 + second))
        done.append(it.updates)
    assert done == [1, 1, 2, 2, 2, 3, 3, 4, 5]
