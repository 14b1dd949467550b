"""Which cameras of which incident somebody at a receiver looks at: its answer when a school asks.

`{"number": 18, "looks": [{"incident", "camera", "seconds"}, …]}`: docs/police.md.  A look ends by
itself after its seconds, so a lost "nobody looks any more" ends as well.  Pure.
"""

import json
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from wire.clean import clean
from wire.errors import WireError
from wire.ids import CAMERA, UUID, CameraId, IncidentId, Seconds
from wire.limits import LARGEST_NUMBER, LONGEST_LOOK, MOST_LOOKS

# A longer list is no list of what people look at.
_MOST_READ: Final = 200


class Look(NamedTuple):
    """Somebody looks at a camera of an incident, for so many seconds from now on."""

    incident: IncidentId
    camera: CameraId
    seconds: Seconds


class Looks(NamedTuple):
    """All that is looked at; `number` names this list, `faults` say what is wrong with others."""

    number: int
    looks: tuple[Look, ...]
    faults: tuple[str, ...] = ()


def read_looks(body: bytes) -> Looks:
    """Read an answer; a bad look is set aside, and no other suffers.  Raises WireError."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WireError("looks: the answer is not JSON") from error
    if not isinstance(found, dict):
        raise WireError("looks: the answer is not an object")
    number, listed = found.get("number"), found.get("looks")
    if type(number) is not int or not 0 <= number <= LARGEST_NUMBER:
        raise WireError(f"number: not a whole number up to {LARGEST_NUMBER}")
    if not isinstance(listed, list) or len(listed) > _MOST_READ:
        raise WireError(f"looks: not a list of at most {_MOST_READ}")
    read = [_look(each) for each in listed]
    good = dict.fromkeys(each for each in read if isinstance(each, Look))
    faults = [each for each in read if isinstance(each, str)]
    cameras = list(dict.fromkeys(each.camera for each in good))
    if len(cameras) > MOST_LOOKS:
        faults.append(f"looks: {len(cameras)} cameras, and the first {MOST_LOOKS} are served")
    served = tuple(each for each in good if each.camera in cameras[:MOST_LOOKS])
    return Looks(number, served, tuple(faults))


def write_looks(number: int, looks: Iterable[Look]) -> bytes:
    """Write down what `read_looks` reads."""
    listed = [each._asdict() for each in looks]
    return json.dumps({"number": number, "looks": listed}, separators=(",", ":")).encode()


def _look(found: Any) -> Look | str:
    """Return a look, or in words what is wrong with it."""
    if not isinstance(found, dict):
        return f"the look is not an object: {clean(str(found), 80)}"
    incident, camera, seconds = found.get("incident"), found.get("camera"), found.get("seconds")
    if not isinstance(incident, str) or not UUID.fullmatch(incident.lower()):
        return f"the look names no incident by its id: {clean(str(incident), 80)}"
    if not isinstance(camera, str) or not CAMERA.fullmatch(camera):
        return f"the look names no camera: {clean(str(camera), 80)}"
    if (
        not isinstance(seconds, int | float)
        or isinstance(seconds, bool)
        or not 0 < seconds < LARGEST_NUMBER
    ):
        return f"the look at {camera} does not say for how many seconds: {clean(str(seconds), 40)}"
    lasts = Seconds(float(min(seconds, LONGEST_LOOK)))
    return Look(IncidentId(incident.lower()), CameraId(camera), lasts)
