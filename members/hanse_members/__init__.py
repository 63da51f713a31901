"""Clusters, the people in them, and their entry pages."""
