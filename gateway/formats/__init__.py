"""What endpoints are sent, each format in a place of its own.  Pure."""
