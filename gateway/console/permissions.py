"""Who may do what on the pages: one table.  Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from gateway.config.roles import Role
from wire.answers import ANSWERS, SCHOOL
from wire.exercise import REAL, START, STOP
from wire.marks import MARK, TAKE_BACK
from wire.stage import Answer
from wire.timeline import HAS_NOTICE, TAKE_TROUBLE

_SEE: Final = frozenset({"view"})
_ANSWER: Final = _SEE | set(ANSWERS) | {MARK}
_NOTICES: Final = {HAS_NOTICE, TAKE_TROUBLE}
# Who sees a walk test may end it; to start one is for those who answer for the school.
_ENDS: Final = {STOP, REAL}
_RUN: Final = _ANSWER | set(SCHOOL) | {TAKE_BACK} | _NOTICES

RIGHTS: Final[Mapping[Role, frozenset[str]]] = {
    Role.VIEWER: _SEE | {HAS_NOTICE},
    Role.STAFF: _SEE | {"message", "cancel", MARK} | _NOTICES | _ENDS,
    Role.SRO: _RUN | _ENDS | {START, "export", "books", "fleet"},
    Role.ADMINISTRATOR: _RUN
    | _ENDS
    | {START, "export", "books", "fleet", "test-camera", "edit-plan"},
}

# What its person must have given the password for a short while ago (service/login/session.py): no
# alert waits for any of these, and a screen that was left open does not do them.
FRESH_ONLY: Final = frozenset({"close", "export", "withdraw-link", START})

# A person with a live link: an officer on the way, whom the school knows by their own word alone.
BY_LINK: Final = _ANSWER


class Principal(NamedTuple):
    """Who asks.  `name` is that of an account, or says that there is none; `rights` are deeds, of
    which `take-back` is that of others' marks; `books`: to read who has looked.  `is_fresh`: the
    password was given a short while ago.
    """

    name: str
    has_account: bool
    rights: frozenset[str]
    is_fresh: bool = True

    @property
    def side(self) -> Answer:
        """Where that person stands."""
        return Answer.SCHOOL if self.has_account else Answer.RECEIVER

    def display_name(self, given: str) -> str:
        """Return the name that stands for what they do: an account's own, else the one given."""
        return self.name if self.has_account else given.strip()


def by_account(name: str, role: Role, is_fresh: bool = True) -> Principal:
    """Return a visitor who has logged in."""
    return Principal(name, True, RIGHTS[role], is_fresh)


def by_link(address: str) -> Principal:
    """Return a visitor who holds a live link and came from the network address."""
    return Principal(f"live link, {address}", False, BY_LINK)
