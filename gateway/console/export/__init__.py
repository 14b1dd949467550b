"""An incident as one ZIP: what was reported and acknowledged, byte for byte, and all that is known.

`incident` writes it, of `documents`, `hops` and tables; `lacking` says what is not in it.
"""
