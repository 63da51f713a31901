from .jobs import JobState

__all__ = ["JobState"]
