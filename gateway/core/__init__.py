"""Every decision of the gateway: takes `now`, returns effects.  Pure."""
