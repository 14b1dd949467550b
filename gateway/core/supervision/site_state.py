"""How all incidents and troubles stand, told to listeners who come late.  Pure.

Compared with what was told last, in each pause, so that no event can be missed.
"""

from collections.abc import Callable, Hashable
from typing import Final

from gateway.core.effects import Announce
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.registry import Incidents
from gateway.core.supervision.home_states import HomeStates
from gateway.core.supervision.troubles import Troubles
from gateway.core.values import Now
from wire.gateway_troubles import GATEWAY_TROUBLES
from wire.ids import Monotonic, SiteId, Wall
from wire.modes import LIVE
from wire.state import (
    MOST_ROOMS,
    STATE_EVERY,
    STATE_LASTS,
    IncidentStanding,
    TroubleStanding,
    write_incidents,
    write_troubles,
)
from wire.topics import Hearing, state_topic
from wire.trouble import Level, TroubleName, find

_NEVER: Final = Monotonic(float("-inf"))


class SiteState:
    """What was told last of `incidents` and `troubles`, and when; `home`: what Home Assistant is
    told, where a school asks for that.
    """

    def __init__(self, site: SiteId, incidents: Incidents, troubles: Troubles) -> None:
        self._site = site
        self._incidents = incidents
        self._troubles = troubles
        self._told: dict[Hearing, tuple[Hashable, Monotonic]] = {}
        self.home: HomeStates | None = None

    def tick(self, now: Now) -> list[Announce]:
        """Tell what is another than it was, and all of it again after a while."""
        open_now = [
            each for each in self._incidents.all_open() if not each.is_ended and each.mode == LIVE
        ]
        incidents = tuple((each.id, each.changes) for each in open_now)
        troubles = tuple(self._troubles.names)
        return [
            *self._news("incident", incidents, now, lambda at: self._of(open_now, at)),
            *self._news("trouble", troubles, now, self._of_troubles),
            *(self.home.tick(now) if self.home else ()),
        ]

    def again(self) -> None:
        """The broker knows nothing any more."""
        self._told.clear()
        if self.home:
            self.home.again()

    def _news(
        self, of: Hearing, seen: Hashable, now: Now, write: Callable[[Wall], bytes]
    ) -> list[Announce]:
        told, at = self._told.get(of, (None, _NEVER))
        if told == seen and now.mono - at < STATE_EVERY:
            return []
        self._told[of] = seen, now.mono
        return [Announce(state_topic(self._site, of), write(now.wall), STATE_LASTS)]

    def _of(self, incidents: list[Incident], at: Wall) -> bytes:
        return write_incidents(self._site, list(map(_standing, incidents)), at)

    def _of_troubles(self, at: Wall) -> bytes:
        standing = [
            TroubleStanding(each.name, each.started, _level(each.name))
            for each in self._troubles.standing
        ]
        return write_troubles(self._site, standing, at)


def _standing(incident: Incident) -> IncidentStanding:
    alerts = list(incident.alerts.values())
    rooms = dict.fromkeys(each.room.id for each in reversed(alerts))
    return IncidentStanding(
        incident.reported_as,
        incident.opened_at,
        len(alerts),
        tuple(rooms)[:MOST_ROOMS],
        min(each.answer for each in alerts),
        incident.all_clear,
    )


def _level(name: TroubleName) -> Level:
    kind = find(name, GATEWAY_TROUBLES)
    return kind.level if kind else Level.ORDINARY
