from .items import Item, Note, Room
from .pages import OpenTestPage, ScopedTestPage

__all__ = ["Item", "Note", "OpenTestPage", "Room", "ScopedTestPage"]
