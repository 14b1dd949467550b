"""The receiving side: a reference police endpoint that verifies, stores, shows and answers reports.

Knows a school only by the reports it signs; imports nothing of units or gateways.
"""
