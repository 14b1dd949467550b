"""Builds and runs the alert process: the only package that knows every concrete part."""
