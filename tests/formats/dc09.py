"""A DC-09 station, its key and a moment, for tests."""

from gateway.core.formats.dc09.frame import (
    Station,
    write_stamp,
)
from wire.ids import Wall

STATION = Station("1234")
KEY = "0123456789ABCDEF"


def ALWAYS(_at: Wall) -> bool:  # noqa: N802
    return True


STAMP = write_stamp(Wall(1_788_444_309.0))
