"""The troubles of gateway and unit, from their tables, as sections of the runbook, by name."""

from collections.abc import Iterable

from wire.gateway_troubles import GATEWAY_TROUBLES
from wire.trouble import Trouble
from wire.unit_troubles import UNIT_TROUBLES


def gateway() -> str:
    """Return a section for each trouble of the gateway."""
    return _sections(GATEWAY_TROUBLES)


def unit() -> str:
    """Return a section for each trouble of a unit."""
    return _sections(UNIT_TROUBLES)


def _sections(troubles: Iterable[Trouble]) -> str:
    return "\n\n".join(
        f"### `{each.pattern}`\n\n{each.meaning}\n\n**Do this:** {each.cure}\n\n"
        f"Level: {each.level.name.lower()}."
        for each in sorted(troubles, key=lambda each: each.pattern)
    )
