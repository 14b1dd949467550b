"""The key of an account, as it is agreed in writing.  Pure.

Receivers differ in what a key of 32 characters is: digits of a key of 16 bytes, or 32 bytes.  So
the settings have to say.
"""

from typing import Final, Literal

Form = Literal["hex", "text"]

SIZES: Final = (16, 24, 32)


def read_key(text: str, form: Form) -> bytes:
    """Return the key that `text` writes; raises ValueError, which does not repeat it."""
    try:
        key = bytes.fromhex(text) if form == "hex" else text.encode("ascii")
    except ValueError:
        raise ValueError(f"the key is not written as {form}") from None
    if len(key) not in SIZES:
        raise ValueError(f"the key has {len(key)} bytes; AES takes 16, 24 or 32")
    return key
