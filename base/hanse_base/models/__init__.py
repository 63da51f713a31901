from .dashboard import CardPreference
from .jobs import JobState
from .links import LinkToken

__all__ = ["CardPreference", "JobState", "LinkToken"]
