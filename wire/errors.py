"""What can be wrong with something a peer sent.  Its fault: drop or flag it, count it."""


class WireError(ValueError):
    """Bytes that break the contract; the text says where and how, and is safe to log."""
