"""Accounts: what the reference site adds to allauth, and what it takes away from Wagtail."""
