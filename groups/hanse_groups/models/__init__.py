from .conversations import Conversation, Participant
from .direct import Direct, MessageSettings
from .exports import RoomExport, RoomExportFile
from .files import FileVersion, Folder, RoomFile
from .guests import GuestPicture, GuestProfile, room_mates
from .links import RoomLink
from .messages import Mention, Message, Reaction
from .rooms import Objection, Room, RoomOpening

__all__ = [
    "Conversation",
    "Direct",
    "GuestPicture",
    "GuestProfile",
    "Mention",
    "Message",
    "MessageSettings",
    "FileVersion",
    "Folder",
    "Mention",
    "Message",
    "Objection",
    "Participant",
    "Reaction",
    "Room",
    "RoomExport",
    "RoomExportFile",
    "RoomLink",
    "RoomOpening",
    "room_mates",
    "RoomFile",
    "RoomOpening",
]
