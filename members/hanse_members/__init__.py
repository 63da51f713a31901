"""Clusters and memberships."""
