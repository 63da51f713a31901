from .exports import DataExport
from .pages import HomePage, StandardPage
from .users import User

__all__ = ["DataExport", "HomePage", "StandardPage", "User"]
