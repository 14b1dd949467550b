"""Which people are to be told now, of what, and in which words.  Pure."""
