"""The pictures of incidents: a database of their own, so that no alert ever waits for a picture.

`writer` alone writes; the console reads through `reader`.
"""
