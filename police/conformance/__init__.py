"""A kit for people who build a receiver: cases as data, sent to any address, and judged.

What it sends says in every place that it is a test.  Knows a receiver only by its address.
"""
