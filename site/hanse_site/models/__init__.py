from .exports import DataExport
from .users import User

__all__ = ["DataExport", "User"]
