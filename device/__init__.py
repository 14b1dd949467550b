"""The wall unit's firmware: a button, a lamp, a journal, and a way to every gateway."""
