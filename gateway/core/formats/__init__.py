"""The formats that endpoints are sent, each in a module of its own.  Pure."""
