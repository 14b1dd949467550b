"""A school's question over its own connection: what is there that it has not heard?"""

import re
from typing import Final, NamedTuple

from starlette.requests import Request

from police.receiver import Refused, SenderName, read_headers
from police.signature import Signatures
from service.connections import note_known
from wire.errors import WireError
from wire.ids import Wall

# As far as every program that reads JSON can count, and far below what SQLite cannot.
_NUMBER: Final = re.compile(r"[0-9]{1,16}")


class Poll(NamedTuple):
    """`sender` has heard what is numbered up to `after`."""

    sender: SenderName
    after: int


def read_poll(
    request: Request, topic: str, claimed: SenderName | None, signatures: Signatures, now: Wall
) -> Poll | Refused:
    """Return what a GET with `?after=N` asks, signed as reports are; its id is `<topic>.N.<any>`.

    `claimed` is the sender that its address names, if it names one.
    """
    after = request.query_params.get("after", "")
    headers = read_headers({**request.headers, "content-length": "0"}, claimed, now)
    if isinstance(headers, Refused):
        return headers
    if not _NUMBER.fullmatch(after) or not headers.webhook_id.startswith(f"{topic}.{after}."):
        return Refused(400, "after: is not the number that webhook-id names")
    try:
        sender = signatures.signer(headers, b"")
    except WireError as error:
        return Refused(401, str(error))
    note_known(request.scope)
    return Poll(sender, int(after))
