"""What endpoints acknowledged, byte for byte, with their receipts.

A database of its own, so that no alert ever waits for it.

`writer` alone writes; the console reads through `reader`.
"""
