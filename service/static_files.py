"""Serves a page's static files: its own, and those that all pages share."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response

# Scripts that more than one page uses.
SHARED: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
# A browser may keep a script, but asks each time whether it is still so; pages are not kept.
_ASK_AGAIN: Final = {"cache-control": "no-cache"}


class StaticFiles:
    """The files that lie in `folder`, and the shared ones, by their names alone."""

    def __init__(self, folder: Path) -> None:
        found = [path for each in (SHARED, folder) for path in sorted(each.iterdir())]
        self._files = {path.name: path for path in found if path.suffix in _TYPES}

    @property
    def names(self) -> list[str]:
        """The names of all of them."""
        return list(self._files)

    def page(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers with that file, whatever the address."""

        async def answer(_request: Request) -> Response:
            return FileResponse(self._files[name], media_type=_TYPES[self._files[name].suffix])

        return answer

    async def answer(self, request: Request) -> Response:
        """GET a file by the last part of the address; "" is index.html."""
        path = self._files[request.url.path.rpartition("/")[2] or "index.html"]
        headers = None if path.suffix == ".html" else _ASK_AGAIN
        return FileResponse(path, media_type=_TYPES[path.suffix], headers=headers)
