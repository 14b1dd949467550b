"""The check-up of a whole gateway: `tocsin-gateway doctor`."""
