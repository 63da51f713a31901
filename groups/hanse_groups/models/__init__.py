from .conversations import Conversation, Participant
from .direct import Direct, MessageSettings
from .direct_files import DirectFile
from .exports import RoomExport, RoomExportFile
from .files import FileVersion, Folder, RoomFile
from .guests import GuestPicture, GuestProfile, room_mates
from .links import RoomLink
from .messages import Mention, Message, Reaction
from .rooms import Objection, Room, RoomOpening
from .scanned import ScannedAttachment

__all__ = [
    "Conversation",
    "Direct",
    "DirectFile",
    "FileVersion",
    "Folder",
    "GuestPicture",
    "GuestProfile",
    "Mention",
    "Message",
    "MessageSettings",
    "Objection",
    "Participant",
    "Reaction",
    "Room",
    "RoomExport",
    "RoomExportFile",
    "RoomFile",
    "RoomLink",
    "RoomOpening",
    "ScannedAttachment",
    "room_mates",
]
