"""The camera process: keeps the newest frame of each camera in a memory folder.

No alert needs it.  It alone talks to cameras and decodes what they send, so that a camera that
hangs, lies or attacks can cost nothing but its own picture.
"""
