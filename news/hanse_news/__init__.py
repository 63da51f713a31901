"""News of clusters."""
