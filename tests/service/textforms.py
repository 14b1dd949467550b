"""The forms in which people's programs write a small text file."""

import codecs
from collections.abc import Callable

FORMS: dict[str, Callable[[str], bytes]] = {
    "as it is": lambda text: text.encode(),
    "with a mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "with CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "with mark and CRLF": lambda text: codecs.BOM_UTF8 + text.replace("\n", "\r\n").encode(),
    "in UTF-16": lambda text: text.replace("\n", "\r\n").encode("utf-16"),
    "in UTF-16, big end first": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
}
