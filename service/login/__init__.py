"""Accounts, sessions and second factors of people, for every process that shows pages."""
