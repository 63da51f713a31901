"""Messages as they travel to browsers: the same for every reader of the conversation.

What differs between readers is left to the page: which are one's own, which language lines and words in the place of
names are in, and whom one blocks. ``key`` is that of its sending: by it the sender's page knows what it sent.
``oldest`` is the lowest number of a message that the payload shows anything of: who came in after it gets a payload of
their own, without the quote, and without a thread that cannot be opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Max

from .attachments import excerpt, file_payloads, with_files
from .models import Conversation, Message
from .people import Face, face_of, faces
from .system_lines import in_each_language

Payload = dict[str, Any]


def payloads(conversation: Conversation, messages: Sequence[Message], *, from_seq: int = 0) -> list[Payload]:
    """One for each message, in this order; a number of queries that does not grow with them.

    ``from_seq``: quotes of messages up to this number are left out.
    """
    loaded = list(
        Message.objects.filter(pk__in=[message.pk for message in messages])
        .select_related("quoted", "thread")
        .prefetch_related(
            "reactions", "mentions", with_files(), "direct_files", "quoted__files", "quoted__direct_files"
        )
    )
    by_pk = {message.pk: message for message in loaded}
    messages = [by_pk[message.pk] for message in messages if message.pk in by_pk]
    people = set()
    for message in messages:
        people |= {message.author_id, message.data.get("person"), message.data.get("by")}
        people |= {reaction.person_id for reaction in message.reactions.all()}
        people |= {mention.person_id for mention in message.mentions.all()}
        if message.quoted is not None:
            people.add(message.quoted.author_id)
    known = faces(conversation.pk, people)
    answers = _answers(messages)
    return [_payload(message, known, from_seq, answers.get(message.pk)) for message in messages]


def payload_of_new(message: Message, *, author, is_plain: bool, in_room: bool) -> Payload:
    """How everybody sees what was just said. ``is_plain``: it mentions nobody and has no files.

    Under the lock of the conversation: nobody has reacted to it or answered it, and with nothing else in it only its
    author (a row of the user model) is asked about.
    """
    if not is_plain or message.quoted_id or message.thread_id:
        [payload] = payloads(message.conversation, [message])
        return payload
    known: dict[int | None, Face] = {author.pk: face_of(message.conversation_id, author, in_room=in_room)}
    return _payload(message, known, 0, None, is_plain=True)


def _answers(messages: Sequence[Message]) -> dict[int, Payload]:
    """Message → how many answers its thread has, and the number and time of the newest: one query for all."""
    present = Message.objects.filter(thread__in=messages, deleted_at=None).order_by().values("thread")
    counted = present.annotate(count=Count("pk"), seq=Max("seq"), at=Max("created_at"))
    return {row["thread"]: {"count": row["count"], "seq": row["seq"], "at": row["at"].isoformat()} for row in counted}


def _payload(
    message: Message, known: dict[int | None, Face], from_seq: int, answers: Payload | None, *, is_plain: bool = False
) -> Payload:
    """``is_plain``: nothing hangs on it."""
    payload: Payload = {
        "id": str(message.uid),
        "seq": message.seq,
        "version": message.version_seq,
        "oldest": message.seq,
        "kind": message.kind,
        "at": message.created_at.isoformat(),
    }
    if message.kind == Message.Kind.SYSTEM:
        return {**payload, "lines": in_each_language(message.data, known)}
    payload["author"] = (known.get(message.author_id) or known[None]).as_json()
    payload["key"] = str(message.client_key or "")
    payload["answers"] = answers
    payload["thread"] = None
    if message.thread is not None:
        shown = message.thread.seq > from_seq
        payload["thread"] = {"id": str(message.thread.uid) if shown else ""}
        payload["oldest"] = min(payload["oldest"], message.thread.seq) if shown else message.seq
    if message.is_deleted:
        by_author = not message.withheld and message.deleted_by_id == message.author_id
        return {**payload, "deleted": True, "by_author": by_author, "withheld": message.withheld}
    payload["html"] = message.html
    payload["edited"] = message.edited_at is not None
    payload["pinned"] = message.pinned_at is not None
    if is_plain:
        return {**payload, "mentions": [], "reactions": {}, "files": []}
    payload["mentions"] = [known[row.person_id].key for row in message.mentions.all() if row.person_id in known]
    payload["reactions"] = _reactions(message, known)
    payload["files"] = file_payloads(message)
    if message.quoted is not None:
        shown = message.quoted.seq > from_seq
        whose = known.get(message.quoted.author_id, known[None]).named() if shown else {"key": "", "name": ""}
        payload["quote"] = {
            **whose,
            "id": str(message.quoted.uid) if shown else "",
            "text": excerpt(message.quoted) if shown and not message.quoted.is_deleted else "",
        }
        payload["oldest"] = min(payload["oldest"], message.quoted.seq) if shown else payload["oldest"]
    return payload


def _reactions(message: Message, known: dict[int | None, Face]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for reaction in sorted(message.reactions.all(), key=lambda row: row.pk):
        face = known.get(reaction.person_id)
        if face is not None:
            found.setdefault(reaction.kind, []).append(face.named())
    return found
