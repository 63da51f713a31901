from .dashboard import CardPreference
from .jobs import JobState

__all__ = ["CardPreference", "JobState"]
