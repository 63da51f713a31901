from .conversations import Conversation, Participant
from .messages import Mention, Message, Reaction
from .rooms import Objection, Room, RoomOpening

__all__ = ["Conversation", "Mention", "Message", "Objection", "Participant", "Reaction", "Room", "RoomOpening"]
