"""Reads what a script of our own pages sends about logins: JSON, from this very origin."""

import json
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from service.login.refusal_book import STRANGER, RefusalBook, note_told
from service.login.visit import where_of
from service.web import is_own_page

_LARGEST: Final = 8_000
_LONGEST: Final = 400
# What a browser says of a passkey is longer than anything that a person types.
_LONGEST_ANSWER: Final = 6_000
ANSWER: Final = "passkey"


class FormReader:
    """`url`: where people reach us, if it is known; refusals stand in `book`."""

    def __init__(self, book: RefusalBook, url: str) -> None:
        self._book = book
        self._url = url

    async def read(self, request: Request) -> dict[str, str]:
        """Return what a page of ours sent; raises HTTPException."""
        headers = request.headers
        if not is_own_page(headers, *filter(None, [self._url])):
            await self.refuse(request, STRANGER, f"{request.url.path} from another site")
            raise HTTPException(403, "Only a page of this server may do that.")
        length = headers.get("content-length", "")
        if headers.get("content-type") != "application/json" or not length.isdecimal():
            raise HTTPException(403, "Only a page of this server may do that.")
        if int(length) > _LARGEST:
            raise HTTPException(413, "The request is too long.")
        try:
            found = json.loads(await request.body())
        except (ValueError, RecursionError):
            raise HTTPException(400, "The request is not JSON.") from None
        if not isinstance(found, dict):
            raise HTTPException(400, "The request is not a JSON object.")
        return {
            str(key): value[: _LONGEST_ANSWER if key == ANSWER else _LONGEST]
            for key, value in found.items()
            if isinstance(value, str)
        }

    async def refuse(self, request: Request, by: str, words: str) -> None:
        """Write down that a request is refused."""
        await self._book.refuse(by, words, where_of(request).address)
        note_told(request.scope)
