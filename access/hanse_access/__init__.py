"""The visibility rule."""
