"""What a page's script sends along: a small JSON object, of which nothing is taken on trust."""

from starlette.exceptions import HTTPException
from starlette.requests import Request


async def fields(request: Request) -> dict[str, str]:
    """Return the texts of the object, what is no text left out; raises HTTPException 400."""
    try:
        found = await request.json()
    except (ValueError, RecursionError):
        raise HTTPException(400, "That is no JSON.") from None
    if not isinstance(found, dict):
        raise HTTPException(400, "That is no JSON object.")
    return {str(key): value for key, value in found.items() if isinstance(value, str)}
