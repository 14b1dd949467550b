"""Who may do what on the pages: one table.  Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from gateway.people import Role

_SEE: Final = frozenset({"view"})
_ANSWER: Final = _SEE | {"confirm", "dispatched", "on-scene", "all-clear", "message"}
_RUN: Final = _ANSWER | {"cancel", "close", "withdraw-link"}

RIGHTS: Final[Mapping[Role, frozenset[str]]] = {
    Role.VIEWER: _SEE,
    Role.STAFF: _SEE | {"message", "cancel"},
    Role.SRO: _RUN | {"export"},
    Role.ADMINISTRATOR: _RUN | {"export", "test-camera", "edit-plan"},
}

# Whoever holds a live link: an officer on the way, whom the school knows by their own word alone.
BY_LINK: Final = _ANSWER


class Visitor(NamedTuple):
    """Who asks.  `name` is that of an account, or says that there is none; `rights` are deeds."""

    name: str
    has_account: bool
    rights: frozenset[str]

    def signs(self, given: str) -> str:
        """Return the name that stands for what they do: an account's own, else the one given."""
        return self.name if self.has_account else given.strip()


def by_account(name: str, role: Role) -> Visitor:
    """Return a visitor who has logged in."""
    return Visitor(name, True, RIGHTS[role])


def by_link(address: str) -> Visitor:
    """Return a visitor who holds a live link and came from the network address."""
    return Visitor(f"live link, {address}", False, BY_LINK)
