"""What can be done with questions. Each action runs in one transaction."""

from hanse_members.actions.errors import NotPermitted, NotPossible

from .questions import (
    ask_question,
    change_question,
    choose_answer,
    close_question,
    delete_question,
    may_ask,
    reopen_question,
    take_choice_back,
)
from .replies import delete_reply, edit_reply, reply_to
from .rooms import go_on_in_room, room_clusters, to_invite

__all__ = [
    "NotPermitted",
    "NotPossible",
    "ask_question",
    "change_question",
    "choose_answer",
    "close_question",
    "delete_question",
    "delete_reply",
    "edit_reply",
    "go_on_in_room",
    "may_ask",
    "reopen_question",
    "reply_to",
    "room_clusters",
    "take_choice_back",
    "to_invite",
]
