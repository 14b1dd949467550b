"""How the parts of this process stand now: by their newest word, or by what they say when asked."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from gateway.app.inbox import Inbox
from gateway.app.thread_watch import ThreadWatch
from gateway.core.events import HealthStatus
from wire.gateway_troubles import BROKER, DATABASE, OTHER_GATEWAY, SETTINGS
from wire.trouble import TroubleName


class Faulty(Protocol):
    """A part that can say what is wrong with it now."""

    @property
    def fault(self) -> str | None:
        """Why it does not work now; None if it does."""


class Conditions:
    """Reads what `inbox` holds, and asks `store`, `register`, `threads` and `links`: to our own
    broker, and to the other gateway's if there is one.
    """

    def __init__(
        self,
        inbox: Inbox,
        links: Sequence[Faulty],
        store: Faulty,
        register: Faulty,
        threads: ThreadWatch,
    ) -> None:
        self._inbox = inbox
        of_links = zip((BROKER.name(), OTHER_GATEWAY.name()), links, strict=False)
        self._parts = [*of_links, (DATABASE.name(), store), (SETTINGS.name(), register)]
        self._threads = threads

    def standing(self) -> dict[TroubleName, str]:
        """Return each trouble that stands now, with its detail; waits for nothing."""
        asked = (HealthStatus(name, part.fault) for name, part in self._parts)
        return _wrong((*self._inbox.statuses(), *asked, *self._threads.statuses()))


def _wrong(statuses: Iterable[HealthStatus]) -> dict[TroubleName, str]:
    return {each.name: each.detail for each in statuses if each.detail is not None}
