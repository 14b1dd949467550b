"""The check-up of a whole gateway, as an expert would do it: `tocsin-gateway doctor`."""
