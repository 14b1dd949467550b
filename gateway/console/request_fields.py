"""Reads the small JSON object that a page's script sends, and trusts nothing in it."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from wire.answers import read_seen
from wire.ids import AlertId


async def fields(request: Request) -> dict[str, str]:
    """Return the texts of the object, what is no text left out; raises HTTPException 400."""
    found = await _object(request)
    return {str(key): value for key, value in found.items() if isinstance(value, str)}


async def seen_alerts(request: Request) -> dict[AlertId, int] | None:
    """Return which alerts, with their presses, the page showed; None if it does not say."""
    return read_seen((await _object(request)).get("alerts"))


async def found_in(request: Request, key: str) -> Any:
    """Return whatever the object has under that name."""
    return (await _object(request)).get(key)


async def _object(request: Request) -> dict[str, Any]:
    try:
        found = await request.json()
    except (ValueError, RecursionError):
        raise HTTPException(400, "The request is not JSON.") from None
    if not isinstance(found, dict):
        raise HTTPException(400, "The request is not a JSON object.")
    return found
