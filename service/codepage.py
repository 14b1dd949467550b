"""Finds out by which code page of Western Europe a text without a mark was written.

None says so itself: Excel's "CSV" is Windows-1252, its "CSV (Macintosh)" Mac Roman, its "CSV
(MS-DOS)" the code page 850.  Read by the wrong one, letters become signs, or capitals within words.
"""

from typing import Final

_PAGES: Final = ("cp1252", "mac_roman", "cp850")  # of two that fit as well, the first
_COMMON: Final = frozenset("äöüßéèàçñóáíúÄÖÜÉ")
_RARE: Final = frozenset("ëêâîïôûùìòõãåæøœÀÈÊÇÑÁÍÓÚÅÆØŒ")
_OPENING: Final = "“„‘«"
_CLOSING: Final = "”’»"
_PLAIN: Final = "–—…°€·"


def codepage_of(content: bytes) -> str:
    """Return the name of the codec whose reading looks most like words."""
    return max(_PAGES, key=lambda page: _likeness(content, page))


def _likeness(content: bytes, page: str) -> float:
    try:
        text = content.decode(page)
    except UnicodeDecodeError:
        return float("-inf")
    padded = f" {text} "
    return sum(
        _fits(padded[at - 1], sign, padded[at + 1])
        for at, sign in enumerate(text, start=1)
        if not sign.isascii()
    )


def _fits(before: str, sign: str, after: str) -> int:
    """How well `sign` stands between its neighbours: 2 for a common letter in a word."""
    if sign in _OPENING or sign in _CLOSING:
        opens = sign in _OPENING and after.isalnum() and not before.isalnum()
        return 2 if opens or (sign in _CLOSING and before.isalnum()) else 0
    if sign in _PLAIN:
        return 0
    is_alone = not (before.isalpha() or after.isalpha())
    is_odd_case = (before.islower() and sign.isupper()) or (sign.islower() and after.isupper())
    if is_alone or is_odd_case:
        return -1
    return 2 if sign in _COMMON else 1 if sign in _RARE else -1
