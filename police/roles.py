"""The roles of people at the receiver."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A dispatcher sees and answers; a viewer changes nothing."""

    DISPATCHER = "dispatcher"
    VIEWER = "viewer"


ROLES: Final = tuple(Role)
"""Of the first there is always an account left."""

MAY_ANSWER: Final = frozenset({Role.DISPATCHER})
"""Who may change anything but their own account."""
