from .items import Item, Note, Room

__all__ = ["Item", "Note", "Room"]
