"""The wall unit's firmware: a button, a lamp, a journal, and a connection to every gateway."""
