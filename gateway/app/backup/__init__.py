"""Backup and restore: all that a gateway is, in one locked file, and back onto a fresh machine."""
