"""Silent units, current troubles, and who is notified of them."""
