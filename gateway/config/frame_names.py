"""The names in the folder of frames: it has one for each process that writes there.

Nobody else writes in it, so nobody is believed for another.  What the files hold says
gateway/cameras/frames.py.
"""

from typing import Final

from wire.ids import CAMERA

PICTURES: Final = "pictures"  # of the camera process
TOLD: Final = "gateway"  # what the gateway says of itself and its units
LEASES: Final = "leases"  # a folder for each that needs cameras (gateway/cameras/leases.py)

PICTURE: Final = ".jpg"
REASON: Final = ".error"
PAST: Final = ".past"
HALF: Final = ".half"
# Proof that a folder is ours to clear: a mistyped path must not cost anyone a file.
MARK: Final = ".tocsin-frames"
# What the gateway tells of its units (gateway/fleet/snapshot.py), and its next.
UNITS: Final = ".gateway-units"
NEXT_UNITS: Final = ".gateway-units.new"
_KINDS: Final = (PICTURE, REASON, PAST, HALF)


def is_frame(name: str) -> bool:
    """True for what the camera process leaves of a camera."""
    camera, _, kind = name.partition(".")
    return f".{kind}".endswith(_KINDS) and CAMERA.fullmatch(camera) is not None
