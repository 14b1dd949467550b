"""The receiving side: a reference police endpoint that verifies, keeps, shows and answers.

Knows a school only by the reports it signs; imports nothing of units or gateways.
"""
