"""Tells a web page from an answer for programs: a guest network's login page is no receipt.  Pure.

By its content type, by what it would do in a browser, and by its elements.
"""

import json
import re
from collections.abc import Mapping
from typing import Final

_JSON: Final = re.compile(r"(application|text)/json|application/[\w.-]+\+json", re.ASCII)
_XML: Final = re.compile(r"(application|text)/xml|application/(?!xhtml\+)[\w.-]+\+xml", re.ASCII)
_UNSAID: Final = frozenset({"", "text/plain", "application/octet-stream"})
_ROOT: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->)*<(?:!doctype\s+html|(?:\w+:)?html)\b",
    re.IGNORECASE | re.DOTALL,
)
# Elements that make a page of a text, wherever they stand in it.
_TAGS: Final = re.compile(
    rb"<\s*(?:!doctype\s+html|(?:html|head|title|body|meta|script|style|iframe|form|table|div|span"
    rb"|h1|p|br|a|b|font|center|img|link|noscript|frameset)(?=[\s>/]))",
    re.IGNORECASE,
)


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """True if it is a page, or leads to one; an empty answer is none, whatever it is called."""
    if "refresh" in headers:
        return True
    if not body.strip():
        return False
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    if _JSON.fullmatch(media):
        return not _is_json(body)
    # Text of two bytes a letter would hide its elements, and no receipt is written so.
    if b"\0" in body or _ROOT.match(body):
        return True
    return not _XML.fullmatch(media) and (media not in _UNSAID or bool(_TAGS.search(body)))


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
