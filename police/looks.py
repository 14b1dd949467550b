"""Who looks at which camera at this moment.  Pure: `now` is handed in, by the monotonic clock.

Each page that looks is a viewer with a name of its own.  What it tells replaces what it told
before, and ends by itself: a page that is closed, hidden or asleep tells nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, NewType

from police.receiver import SenderName
from wire.ids import CameraId, IncidentId, Monotonic, Seconds
from wire.limits import LARGEST_NUMBER, MOST_LOOKS
from wire.looks import Look

Viewer = NewType("Viewer", str)
"""One open page."""

# A page tells again as soon as it is answered, which takes 2 s at most.
VIEWER_LASTS: Final = Seconds(4.0)
# The school hears it again every 2 s while somebody looks.
LOOK_LASTS: Final = Seconds(6.0)
_MOST_VIEWERS: Final = 200
# Of one card: two gateways of a school may have a name each for what is one.
_MOST_NAMES: Final = 8


class View(NamedTuple):
    """A camera of a card that a page shows; `incidents` are all that the card puts together."""

    sender: SenderName
    camera: CameraId
    incidents: tuple[IncidentId, ...]


class Viewers:
    """The pages that look, and what each shows."""

    def __init__(self, first_number: int) -> None:
        """Lists are numbered from `first_number`: another one after each start, so that no list of
        an earlier run passes for one of this.
        """
        self._views: dict[Viewer, tuple[frozenset[View], Monotonic]] = {}
        self._number = first_number
        self._told: dict[SenderName, tuple[int, frozenset[Look]]] = {}

    def watch(self, viewer: Viewer, views: Iterable[View], now: Monotonic) -> bool:
        """A page shows exactly these from now on; False if too many pages look."""
        self._forget(now)
        wanted = frozenset(views)
        if not wanted:
            self._views.pop(viewer, None)
            return True
        if viewer not in self._views and len(self._views) >= _MOST_VIEWERS:
            return False
        self._views[viewer] = wanted, Monotonic(now + VIEWER_LASTS)
        return True

    def looks(self, sender: SenderName, now: Monotonic) -> tuple[int, list[Look]]:
        """Return what is looked at in a school, and the number of that list: it is another number
        whenever it is another list.
        """
        self._forget(now)
        served = self._served(sender)
        found = [
            Look(incident, camera, LOOK_LASTS)
            for camera, incidents in served.items()
            for incident in incidents[:_MOST_NAMES]
        ]
        number, before = self._told.get(sender, (0, None))
        if frozenset(found) != before:
            self._number = (self._number + 1) % LARGEST_NUMBER
            number = self._number
            self._told[sender] = number, frozenset(found)
        return number, found

    def is_watched(
        self, sender: SenderName, incident: IncidentId, camera: CameraId, now: Monotonic
    ) -> bool:
        """True if somebody looks at a camera of an incident: no other frame is taken."""
        self._forget(now)
        return incident in self._served(sender).get(camera, ())

    def _served(self, sender: SenderName) -> Mapping[CameraId, tuple[IncidentId, ...]]:
        """The cameras that have room, the one looked at first before the others."""
        found: dict[CameraId, tuple[IncidentId, ...]] = {}
        for views, _ in self._views.values():
            for view in sorted(views):
                if view.sender == sender:
                    before = found.get(view.camera, ())
                    found[view.camera] = tuple(dict.fromkeys((*before, *view.incidents)))
        return dict(list(found.items())[:MOST_LOOKS])

    def _forget(self, now: Monotonic) -> None:
        for viewer in [each for each, (_, until) in self._views.items() if until <= now]:
            del self._views[viewer]
