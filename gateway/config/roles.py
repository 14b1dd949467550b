"""The roles of people at the school's console."""

from enum import StrEnum


class Role(StrEnum):
    """What an account may do: an SRO is a school resource officer, a viewer changes nothing."""

    ADMINISTRATOR = "administrator"
    STAFF = "staff"
    SRO = "sro"
    VIEWER = "viewer"
