"""A report that is longer than receivers take goes in several posts, and is taken with the last."""

import json
from typing import Any

import pytest

from gateway.core.formats.eido import MEDIA_TYPE
from gateway.core.formats.eido_parts import LONGEST_DOCUMENT, bounded_parts
from gateway.receivers.http.posting import Posting
from tests.formats.eido import check
from tests.gateway.eido_agency import long_document
from tests.gateway.endpoint import Endpoint, Handler, Manner, status
from tests.gateway.sending import Sending

EIDO = Posting(MEDIA_TYPE, named=False, split=bounded_parts)
MOST = 1_000_000  # what web servers take if nobody tells them otherwise (nginx: 1 MiB)

PAGE = status(200, b"<html>log in", Content_Type="text/html")


def takes_a_megabyte(handler: Handler, body: bytes) -> None:
    handler.answer(201 if len(body) < MOST else 413, b"")


def refuses(number: int, manner: Manner) -> Manner:
    """Answer the post of this number so, and take the others."""

    def answer(handler: Handler, body: bytes) -> None:
        is_it = len(handler.server.bodies) == number  # type: ignore[attr-defined]
        (manner if is_it else takes_a_megabyte)(handler, body)

    return answer


def outcome(endpoint: Endpoint, rooms: int = 1000) -> Any:
    sending = Sending(endpoint.url, posting=EIDO)
    sending.launch(deadline=10.0, body=long_document(rooms))
    return sending.outcome()


def test_an_incident_in_a_thousand_rooms_is_posted_in_objects_that_servers_take() -> None:
    with Endpoint(takes_a_megabyte) as endpoint:
        assert outcome(endpoint).status == 201
    assert len(long_document(1000)) > MOST
    assert all(len(body) < 1.1 * LONGEST_DOCUMENT for body in endpoint.bodies)
    parts = [json.loads(body) for body in endpoint.bodies]
    for part in parts:
        check(part)
    whole = json.loads(long_document(1000))
    for name in ("locationComponent", "notesComponent"):
        told = {item["$id"] for part in parts for item in part.get(name, [])}
        assert told == {item["$id"] for item in whole[name]}
    assert {part["$id"] for part in parts} == {whole["$id"]}
    assert endpoint.names == [f"i-1.1.{number}" for number in range(1, len(parts) + 1)]


def test_a_short_one_is_posted_as_it_is() -> None:
    with Endpoint(takes_a_megabyte) as endpoint:
        assert outcome(endpoint, rooms=3).status == 201
    assert endpoint.names == ["i-1.1"]
    assert endpoint.bodies == [long_document(3).encode()]


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    "no", [status(413), status(200, b"<html>log in", Content_Type="text/html")]
)
def test_a_no_to_one_of_them_is_a_no_to_all(number: int, no: Manner) -> None:
    with Endpoint(refuses(number, no)) as endpoint:
        found = outcome(endpoint)
    assert found.status == 413 or found.body.startswith(b"<html>")
    assert len(endpoint.bodies) == number
