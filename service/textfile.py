"""Reads text files as common programs write them: with a BOM, in UTF-16, in a code page.

What was read can be written back in the form that it had.
"""

import codecs
from pathlib import Path
from typing import Final, NamedTuple

from service.codepage import codepage_of
from service.files import open_to_read

_LARGEST: Final = 4_000_000
# A file that begins so is no text, whatever its name says; the cure is in the words.
_OTHERS: Final = {
    b"PK\x03\x04": 'is a spreadsheet (or another zip file): save it as "CSV UTF-8"',
    b"\xd0\xcf\x11\xe0": 'is a spreadsheet or document of Office: save it as "CSV UTF-8" or text',
    b"{\\rtf": "is a document with formatting (RTF): save it as plain text",
    b"%PDF": "is a PDF: save it as plain text",
    b"SQLite format 3": "is a database, not a text",
}
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


class NoTextError(ValueError):
    """A file that holds no text; the message says what it is and what to do, without the path."""


class Form(NamedTuple):
    """How a text stands in its file: the mark at its start, the codec of the rest."""

    mark: bytes
    codec: str

    def encode(self, text: str) -> bytes:
        """Return `text` as bytes in this form; in UTF-8 if the form has not all its characters."""
        try:
            return self.mark + text.encode(self.codec)
        except UnicodeEncodeError:
            return codecs.BOM_UTF8 + text.encode()


class TextFile(NamedTuple):
    """A text, and the form in which its file holds it."""

    text: str
    form: Form


def read_text_file(path: Path, largest: int = _LARGEST) -> TextFile:
    """Return the text in the file at `path`; raises OSError or NoTextError."""
    with open_to_read(path) as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise NoTextError(f"is larger than {largest // 1_000_000} MB, so it is another file")
    return decode(content)


def decode(content: bytes) -> TextFile:
    """Return the text of `content`, by its mark or by what fits; raises NoTextError."""
    for start, words in _OTHERS.items():
        if content.startswith(start):
            raise NoTextError(words)
    form = _form_of(content)
    try:
        text = content[len(form.mark) :].decode(form.codec)
    except UnicodeDecodeError:
        raise NoTextError('is no text that can be read: save it as "UTF-8"') from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise NoTextError(f"is no text: a zero byte stands in line {line}")
    return TextFile(text, form)


def _form_of(content: bytes) -> Form:
    for mark, codec in _MARKS.items():
        if content.startswith(mark):
            return Form(mark, codec)
    # UTF-16 without a mark: every other byte of Latin letters is zero.
    if len(content) >= 4 and len(content) % 2 == 0 and b"\0" in content[:4]:
        return Form(b"", "utf-16-le" if content[1:2] == b"\0" else "utf-16-be")
    try:
        content.decode()
    except UnicodeDecodeError:
        return Form(b"", codepage_of(content))
    return Form(b"", "utf-8")
