"""Quick questions with answers."""
