"""The version of a report's form, which `wire/report.schema.json` defines."""

from typing import Final

SCHEMA_VERSION: Final = "1.6"
"""What each report says of its own form: the second number counts fields that were added."""

HIGHEST_VERSION: Final = 2**53 - 1
"""The last whole number that every program which reads JSON counts to exactly."""
