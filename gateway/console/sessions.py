"""Who is logged in.  Pure: `now` and fresh random texts are handed in.

In memory alone: a restart logs everybody out, and nothing on a disk opens a session.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wire.ids import Monotonic, Seconds

IDLE: Final = Seconds(8 * 3600.0)
LONGEST: Final = Seconds(24 * 3600.0)
_MOST: Final = 1_000


@dataclass(slots=True)
class Session:
    """A session: one browser of one person; `csrf` is known to its own pages only."""

    name: str
    csrf: str
    began: Monotonic
    seen: Monotonic


class Sessions:
    """The sessions by their secret ids; `choose` returns a text that nobody can guess."""

    def __init__(self, choose: Callable[[], str]) -> None:
        self._choose = choose
        self._sessions: dict[str, Session] = {}

    def begin(self, name: str, now: Monotonic) -> str:
        """Open a session under an id that nobody has seen before, whatever the browser sent."""
        if len(self._sessions) >= _MOST:
            self._sessions.pop(min(self._sessions, key=lambda each: self._sessions[each].seen))
        secret = self._choose()
        self._sessions[secret] = Session(name, self._choose(), now, now)
        return secret

    def find(self, secret: str, now: Monotonic) -> Session | None:
        """Return the session and extend it; None if there is none, or it is over."""
        session = self._sessions.get(secret)
        if session is None:
            return None
        if now - session.seen > IDLE or now - session.began > LONGEST:
            del self._sessions[secret]
            return None
        session.seen = now
        return session

    def end(self, secret: str) -> None:
        """Log out."""
        self._sessions.pop(secret, None)
