"""The names that cross a module boundary, each with a type of its own, and their patterns."""

import re
from typing import Final, NewType

SiteId = NewType("SiteId", str)
"""One school, `[a-z0-9-]{3,32}`."""

UnitId = NewType("UnitId", str)
"""One wall unit, `[a-z0-9-]{3,32}`; unique within a site and the name on its certificate."""

RoomId = NewType("RoomId", str)
"""The school's own name for a room, as on its door: `204`, `Gym B`."""

CameraId = NewType("CameraId", str)
"""One camera, `[a-z0-9-]{1,32}`; also the name of its frame file."""

AlertId = NewType("AlertId", str)
"""A UUID; one physical press keeps it through every repeat, path and restart."""

IncidentId = NewType("IncidentId", str)
"""A UUID made from the incident's first alert."""

MarkId = NewType("MarkId", str)
"""A UUID; one mark on the plan keeps it on every page, in every report and at both gateways."""

BootId = NewType("BootId", str)
"""A UUID made anew each time a unit's firmware starts; with `seq` it orders a unit's presses."""

ExerciseId = NewType("ExerciseId", str)
"""A UUID; one walk test or drill, the same at both gateways."""

EndpointName = NewType("EndpointName", str)
"""The configured name of a receiver of reports."""

Monotonic = NewType("Monotonic", float)
"""Seconds on this machine's monotonic clock: the only time that timers may use."""

Wall = NewType("Wall", float)
"""Seconds since 1970 UTC as this machine believes: for people to read, never for a timer."""

Seconds = NewType("Seconds", float)
"""A length of time."""

NAME: Final = re.compile(r"[a-z0-9-]{3,32}")
CAMERA: Final = re.compile(r"[a-z0-9-]{1,32}")
ROOM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,31}")
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
