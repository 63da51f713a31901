from .conversations import Conversation, Participant
from .exports import RoomExport, RoomExportFile
from .guests import GuestPicture, GuestProfile, room_mates
from .links import RoomLink
from .messages import Mention, Message, Reaction
from .rooms import Objection, Room, RoomOpening

__all__ = [
    "Conversation",
    "GuestPicture",
    "GuestProfile",
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
]
