"""Direct conversations: beginning them, who takes part, requests from people with whom one shares nothing."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from itertools import combinations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_activity.blocks import block
from hanse_activity.live import announce

from ..direct_rule import Ties, addressable, why
from ..models import Conversation, Direct, Message, Participant
from ..models.direct import MOST_PEOPLE, pair_of
from ..notifications_of_direct import tell_of_request
from .limits import STARTED
from .locks import NotPermitted, NotPossible, end_reading, lock, note, participant_in
from .messages import mark_read, post_locked

Level, State = Participant.Level, Participant.State


@transaction.atomic
def write_to(person, *, by, body: str, client_key: uuid.UUID) -> Message:
    """Say something to one person. The same two people have one conversation, whoever begins it, at once or again.

    Who shares no cluster and no room with the person asks first: this message is the request. Raises NotPermitted for
    a person of whom ``by`` may not know, NotPossible where the rule says no.
    """
    direct = Direct.objects.filter(pair=pair_of(by.pk, person.pk)).first()
    begins = direct is None
    if direct is None:
        ties = Ties([by.pk, person.pk])
        _require_may_begin(by, [person], ties)
        direct = _begin_pair(person, by, ties)
    conversation = lock(direct.conversation_id)
    _take_up(conversation, by)
    message = post_locked(conversation, by=by, body=body, client_key=client_key)
    if begins:
        STARTED.use(by)
    return message


@transaction.atomic
def begin_group(people: Collection, *, by, title: str = "", body: str, client_key: uuid.UUID) -> Message:
    """Begin a conversation with two to seven others. Each time it is a new one.

    Sent again with the same ``client_key`` it is the same. Who shares nothing with ``by`` is asked first.
    """
    sent = Message.objects.filter(author=by, client_key=client_key, conversation__direct__is_group=True).first()
    if sent is not None:
        return sent
    others = {person.pk: person for person in people if person.pk != by.pk}
    if not 2 <= len(others) < MOST_PEOPLE:
        raise NotPossible(_("Please choose two to seven people."))
    ties = Ties([by.pk, *others])
    _require_may_begin(by, list(others.values()), ties)
    _require_get_on([by, *others.values()], ties)
    conversation = Conversation.objects.create()
    Direct.objects.create(conversation=conversation, is_group=True, title=_checked_title(title), started_by=by)
    _seat(conversation, by, by=by, ties=ties)
    for person in others.values():
        _seat(conversation, person, by=by, ties=ties)
    message = post_locked(conversation, by=by, body=body, client_key=client_key)
    STARTED.use(by)
    return message


@transaction.atomic
def add_person(direct: Direct, person, *, by) -> Participant:
    """Take somebody into a group; they read what comes from now on. Everybody in it may."""
    direct, conversation = _locked_group(direct, by)
    rows = Participant.objects.filter(conversation=conversation).select_related("person")
    # Whoever ignored it is not asked once more; that they did is theirs to know.
    there = [row.person for row in rows if row.state in (State.ACTIVE, State.INVITED, State.DECLINED)]
    if person.pk in {other.pk for other in there}:
        raise NotPossible(_("Takes part already, or has been asked."))
    if len(there) >= MOST_PEOPLE:
        raise NotPossible(_("At most eight people can talk here. Open a room for more."))
    before = next((row for row in rows if row.person_id == person.pk), None)
    ties = Ties([person.pk, *(other.pk for other in there)])
    _require_may_begin(by, [person], ties)
    _require_get_on([person, *there], ties)
    if before is not None:
        before.delete()
    seat = _seat(conversation, person, by=by, ties=ties, from_seq=conversation.last_seq)
    note(conversation, "added" if seat.is_active else "asked", by=by, person=person)
    if not seat.is_active:
        tell_of_request(seat, by=by)
    return seat


@transaction.atomic
def rename(direct: Direct, title: str, *, by) -> None:
    direct, conversation = _locked_group(direct, by)
    title = _checked_title(title)
    if title != direct.title:
        direct.title = title
        direct.save(update_fields=["title"])
        note(conversation, "titled", by=by)


@transaction.atomic
def leave_group(direct: Direct, *, by) -> None:
    """Go. What nobody can read any more is removed."""
    direct, conversation = _locked_group(direct, by)
    _set(participant_in(conversation, by), State.LEFT)
    note(conversation, "left", person=by)
    end_reading(conversation)
    remove_unread(conversation)


@transaction.atomic
def archive_direct(direct: Direct, *, by) -> None:
    """Out of this person's list until something new is written by anybody. What is in it counts as read."""
    conversation = lock(direct.conversation_id)
    participant = participant_in(conversation, by)
    mark_read(conversation, by=by, seq=conversation.last_seq)
    Participant.objects.filter(pk=participant.pk).update(archived=True)
    announce([by.pk])


@transaction.atomic
def bring_back_direct(direct: Direct, *, by) -> None:
    """Into the person's list once more."""
    conversation = lock(direct.conversation_id)
    Participant.objects.filter(pk=participant_in(conversation, by).pk).update(archived=False)
    announce([by.pk])


@transaction.atomic
def accept(participant: Participant, *, by) -> Participant:
    """Answer a request with yes: from now on it is a conversation like others."""
    conversation, participant = _asked(participant, by)
    _seat_asked(conversation, participant)
    return participant


@transaction.atomic
def ignore(participant: Participant, *, by) -> None:
    """Whoever asked is not told, and cannot ask again."""
    _conversation, participant = _asked(participant, by)
    _set(participant, State.DECLINED)


@transaction.atomic
def block_asking(participant: Participant, *, by) -> None:
    """``ignore``, and hear nothing from this person any more."""
    _conversation, participant = _asked(participant, by)
    _set(participant, State.DECLINED)
    if participant.invited_by is not None:
        block(by, participant.invited_by)


def remove_unread(conversation: Conversation) -> None:
    """Remove a direct conversation that nobody takes part in any more; a request from nobody goes with it."""
    if not Participant.objects.filter(conversation=conversation, state=State.ACTIVE).exists():
        conversation.delete()


def _begin_pair(person, by, ties: Ties) -> Direct:
    """The conversation of the two; of two that begin at the same moment the later one finds that of the other."""
    conversation = Conversation.objects.create()
    try:
        with transaction.atomic():
            direct = Direct.objects.create(conversation=conversation, pair=pair_of(by.pk, person.pk), started_by=by)
    except IntegrityError:
        conversation.delete()
        return Direct.objects.get(pair=pair_of(by.pk, person.pk))
    _seat(conversation, by, by=by, ties=ties)
    _seat(conversation, person, by=by, ties=ties)
    return direct


def _take_up(conversation: Conversation, by) -> None:
    """Whoever was asked and writes by themselves has accepted."""
    asked = Participant.objects.of(by).filter(conversation=conversation, state__in=[State.INVITED, State.DECLINED])
    for participant in asked.select_related("person"):
        _seat_asked(conversation, participant)


def _seat(conversation: Conversation, person, *, by, ties: Ties, from_seq: int = 0) -> Participant:
    """A place for a person: at once for who shares a cluster or a room with ``by``, for others as a request."""
    at_once = person.pk == by.pk or ties.share(by.pk, person.pk)
    return Participant.objects.create(
        conversation=conversation,
        person=person,
        state=State.ACTIVE if at_once else State.INVITED,
        level=Level.ALL,
        from_seq=from_seq,
        last_read_seq=from_seq,
        invited_by=None if person.pk == by.pk else by,
        joined_at=timezone.now() if at_once else None,
    )


def _seat_asked(conversation: Conversation, participant: Participant) -> None:
    if participant.from_seq:  # added later: what was said before the answer is not theirs
        participant.from_seq = participant.last_read_seq = conversation.last_seq
    participant.joined_at = timezone.now()
    _set(participant, State.ACTIVE)
    direct = Direct.objects.get(pk=conversation.pk)
    if direct.is_group:
        note(conversation, "joined", person=participant.person)
    elif direct.answered_at is None:
        direct.answered_at = timezone.now()
        direct.save(update_fields=["answered_at"])


def _set(participant: Participant, state: str) -> None:
    participant.state, participant.changed_at = state, timezone.now()
    participant.save()


def _asked(participant: Participant, by) -> tuple[Conversation, Participant]:
    """Both as they are now. Raises NotPermitted for a request to somebody else, NotPossible for a decided one."""
    conversation = lock(participant.conversation_id)
    fresh = Participant.objects.select_related("person", "invited_by").filter(pk=participant.pk).first()
    if fresh is None or fresh.person_id != by.pk:
        raise NotPermitted
    if fresh.state != State.INVITED:
        raise NotPossible(_("This was decided in the meantime."))
    return conversation, fresh


def _locked_group(direct: Direct, by) -> tuple[Direct, Conversation]:
    """Raises NotPermitted for who takes no part, and for a conversation of two."""
    conversation = lock(direct.conversation_id)
    participant_in(conversation, by)
    fresh = Direct.objects.get(pk=direct.pk)
    if not fresh.is_group:
        raise NotPermitted
    return fresh, conversation


def _require_may_begin(by, people: Collection, ties: Ties) -> None:
    known = addressable(by, [person.pk for person in people], ties)
    for person in people:
        if person.pk == by.pk or person.pk not in known:
            raise NotPermitted
        refusal = ties.refusal(by.pk, person.pk)
        if refusal is not None:
            raise NotPossible(why(refusal, person.get_full_name()))


def _require_get_on(people: Collection, ties: Ties) -> None:
    """In a group everybody reads everybody: each of them must be open to each. Who is not stays untold."""
    if any(ties.refusal(one.pk, other.pk) is not None for one, other in combinations(people, 2)):
        raise NotPossible(_("These people cannot be brought together in one conversation. Write to fewer of them."))


def _checked_title(title: str) -> str:
    title = " ".join(title.replace("\x00", "").split())
    most = Direct._meta.get_field("title").max_length or 100
    if len(title) > most:
        raise NotPossible(_("The title has at most %(most)d characters.") % {"most": most})
    return title
