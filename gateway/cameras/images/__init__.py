"""Pictures as bytes: checked, bounded and encoded anew before anybody sees them."""
