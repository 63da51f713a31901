"""Searches that people keep, and are told of what is new in."""
