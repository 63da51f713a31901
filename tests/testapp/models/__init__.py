from .items import Item, Note, Room
from .lists import Book, Shelf, Subject
from .pages import OpenTestPage, ScopedTestPage

__all__ = ["Book", "Item", "Note", "OpenTestPage", "Room", "ScopedTestPage", "Shelf", "Subject"]
