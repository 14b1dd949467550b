"""What a resolver says is tried; what took a report is kept, whatever the resolver says next."""

from pathlib import Path

from gateway.receivers.resolver import CachingResolver
from service.events import CallbackFailed
from tests.waiting import until

HOST = "psap.example"


def _ignore(_failed: CallbackFailed) -> None:
    """Nothing fails here."""


class NameService:
    """Says what a test tells it to; nothing is a name that cannot be resolved."""

    def __init__(self, *says: str) -> None:
        self.says = list(says)
        self.asked = 0

    def __call__(self, host: str) -> list[str]:  # noqa: ARG002
        self.asked += 1
        if not self.says:
            raise OSError("Temporary failure in name resolution")
        return list(self.says)


def resolved(folder: Path, resolver: NameService) -> CachingResolver:
    addresses = CachingResolver([HOST], folder / "addresses", _ignore, resolver)
    addresses.start()
    until(lambda: resolver.asked and addresses.check() is not None)
    return addresses


def proven(folder: Path, address: str) -> None:
    """A gateway ran here, and its report was taken at `address`."""
    addresses = resolved(folder, NameService(address))
    until(lambda: addresses.get(HOST))
    addresses.worked(HOST, address)
    until((folder / "addresses").exists)


def test_an_address_needs_no_resolver(tmp_path: Path) -> None:
    assert CachingResolver(["192.0.2.1"], tmp_path / "addresses", _ignore).get("192.0.2.1") == (
        "192.0.2.1",
    )


def test_what_the_resolver_says_is_used_and_kept_only_once_it_took_a_report(tmp_path: Path) -> None:
    addresses = resolved(tmp_path, NameService("192.0.2.1"))
    until(lambda: addresses.get(HOST) == ("192.0.2.1",))
    assert not (tmp_path / "addresses").exists()
    addresses.worked(HOST, "192.0.2.1")
    until((tmp_path / "addresses").exists)


def test_a_silent_resolver_leaves_the_address_that_worked_and_is_told(tmp_path: Path) -> None:
    proven(tmp_path, "192.0.2.1")
    addresses = resolved(tmp_path, NameService())
    assert addresses.get(HOST) == ("192.0.2.1",)
    until(lambda: HOST in (addresses.check().detail or ""))


def test_a_lying_resolver_is_tried_once_and_then_comes_after_what_worked(tmp_path: Path) -> None:
    proven(tmp_path, "192.0.2.1")
    addresses = resolved(tmp_path, NameService("198.51.100.66"))
    until(lambda: addresses.get(HOST) == ("198.51.100.66", "192.0.2.1"))
    addresses.failed(HOST, "198.51.100.66")
    assert addresses.get(HOST) == ("192.0.2.1", "198.51.100.66")


def test_a_server_that_moved_is_followed_and_its_old_address_forgotten(tmp_path: Path) -> None:
    proven(tmp_path, "192.0.2.1")
    resolver = NameService("192.0.2.2")
    addresses = resolved(tmp_path, resolver)
    until(lambda: addresses.get(HOST) == ("192.0.2.2", "192.0.2.1"))
    addresses.worked(HOST, "192.0.2.2")
    until(lambda: addresses.get(HOST) == ("192.0.2.2",))


def test_a_spoilt_memory_is_no_memory(tmp_path: Path) -> None:
    (tmp_path / "addresses").write_text("[1")
    assert CachingResolver([HOST], tmp_path / "addresses", _ignore, NameService()).get(HOST) == ()
