"""Cluster news."""
