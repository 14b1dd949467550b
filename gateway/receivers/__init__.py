"""How reports leave: one package for each protocol."""
