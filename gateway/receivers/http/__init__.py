"""Reports over HTTP, and what people at the receiver answer."""
