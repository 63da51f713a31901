"""Enquiries to the management: asking, taking care, answering, handing over.

Each action locks the row, checks who acts, changes, tells those concerned and writes the audit trail in one
transaction. The trail holds who took and who handed over, never a word of what was said.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.viewer import Viewer

from ..enquiry_notifications import tell_answer, tell_asker_of_hand_over, tell_management, tell_new_owner, tell_reply
from ..models import Cluster, Enquiry, EnquiryMessage, Membership
from ..models.deputies import deputies_in
from ..roles import Role
from ..subjects import Subject
from .errors import NotPermitted, NotPossible
from .standing import manages

State, Kind = Enquiry.State, EnquiryMessage.Kind


def answering_clusters(*, besides=None) -> QuerySet[Cluster]:
    """Active clusters with a management that could answer. ``besides`` is a person who does not count: the asker."""
    managers = Membership.objects.with_role(Role.MANAGER).filter(cluster=OuterRef("pk")).order_by()
    if besides is not None:
        managers = managers.exclude(person_id=besides.pk)
    return Cluster.objects.active().filter(Exists(managers))


@transaction.atomic
def ask_management(*, by, cluster: Cluster, subject: Subject, key: str, text: str) -> Enquiry:
    """Ask the management of ``cluster`` about what ``key`` names among the rows that ``by`` may see.

    Raises NotPermitted for inactive people and for what they may not see, NotPossible where nobody could answer.
    """
    about = subject.find(key, Viewer.of(by)) if by.is_active else None
    if about is None:
        raise NotPermitted
    if cluster not in subject.clusters(about) or not answering_clusters(besides=by).filter(pk=cluster.pk).exists():
        raise NotPossible(_("Nobody there can answer at present."))
    enquiry = Enquiry.objects.create(
        asker=by,
        cluster=cluster,
        subject_kind=subject.name,
        subject_id=about.pk,
        text=text.strip(),
    )
    tell_management(enquiry, by=by)
    return enquiry


@transaction.atomic
def take_enquiry(enquiry: Enquiry, *, by, owner=None) -> Enquiry:
    """Take care of it oneself, or give it to another manager of the cluster (``owner``).

    What is given to somebody who is away goes to who stands in. Raises NotPossible for one that is answered or closed,
    or that somebody has taken since ``enquiry`` was read, and for an owner who is no manager there.
    """
    owner_read, enquiry = enquiry.owner_id, _managed(enquiry, by=by)
    if not enquiry.is_open:
        raise _not_fitting(enquiry)
    if enquiry.owner_id != owner_read:
        raise NotPossible(_("Somebody else has taken it in the meantime."))
    owner = owner or by
    if owner.pk != by.pk:
        owner = _deputy_or_self(enquiry, owner)
    if owner.pk == enquiry.asker_id or not manages(owner, enquiry.cluster):
        raise NotPossible(_("This person does not belong to the management of the cluster."))
    if enquiry.owner_id == owner.pk:
        raise NotPossible(_("%(person)s takes care of it already.") % {"person": owner.get_full_name()})
    _own(enquiry, owner, by=by)
    if owner.pk != by.pk:
        tell_new_owner(enquiry, by=by)
    return enquiry


@transaction.atomic
def answer_enquiry(enquiry: Enquiry, *, by, text: str, close: bool = False) -> Enquiry:
    """Answer for the cluster. Whoever answers what nobody has takes care of it."""
    enquiry = _managed(enquiry, by=by)
    if enquiry.state == State.CLOSED:
        raise _not_fitting(enquiry)
    if not enquiry.owner or not manages(enquiry.owner, enquiry.cluster):
        _own(enquiry, by, by=by)
    _say(enquiry, Kind.ANSWER, by=by, cluster=enquiry.cluster, text=text)
    _change(enquiry, state=State.CLOSED if close else State.ANSWERED)
    tell_answer(enquiry, by=by)
    return enquiry


@transaction.atomic
def reply_to_enquiry(enquiry: Enquiry, *, by, text: str) -> Enquiry:
    """The asker adds something. What was answered or closed is open again, and the time begins anew."""
    enquiry = _own_question(enquiry, by=by)
    _say(enquiry, Kind.REPLY, by=by, text=text)
    if enquiry.is_open:
        _change(enquiry)
    else:
        _wait_anew(enquiry, State.IN_WORK if enquiry.owner_id else State.NEW)
    tell_reply(enquiry, by=by)
    return enquiry


@transaction.atomic
def hand_over_enquiry(enquiry: Enquiry, *, by, cluster: Cluster, note: str = "") -> Enquiry:
    """Let the management of another cluster answer. From then on the former one reads it no longer.

    The asker is told, and reads the note too. On record in both clusters.
    """
    enquiry = _managed(enquiry, by=by)
    if enquiry.state == State.CLOSED:
        raise _not_fitting(enquiry)
    if cluster == enquiry.cluster or not answering_clusters(besides=enquiry.asker).filter(pk=cluster.pk).exists():
        raise NotPossible(_("Nobody there can answer at present."))
    before = enquiry.cluster
    _say(enquiry, Kind.HANDED_OVER, by=by, cluster=before, to_cluster=cluster, text=note)
    enquiry.cluster, enquiry.owner = cluster, None
    _wait_anew(enquiry, State.NEW)
    change = {"before": [("cluster", before.pk)], "after": [("cluster", cluster.pk)]}
    for concerned in (before, cluster):
        record("enquiry.handed_over", by=by, obj=enquiry, scope=("cluster", concerned.pk), **change)
    tell_management(enquiry, by=by, handed_over=True)
    tell_asker_of_hand_over(enquiry, by=by)
    return enquiry


@transaction.atomic
def close_enquiry(enquiry: Enquiry, *, by) -> Enquiry:
    """Nothing more is waited for: by the asker at any time, by the management once it has answered."""
    own = enquiry.asker_id == by.pk
    if not own:
        enquiry = _managed(enquiry, by=by)
        if enquiry.state != State.ANSWERED:
            raise NotPossible(_("Please answer first; the asker waits for it."))
    else:
        enquiry = _own_question(enquiry, by=by)
    if enquiry.state == State.CLOSED:
        raise _not_fitting(enquiry)
    _say(enquiry, Kind.CLOSED, by=by, cluster=None if own else enquiry.cluster)
    _change(enquiry, state=State.CLOSED)
    return enquiry


def end_enquiry(enquiry: Enquiry, *, by) -> Enquiry:
    """The cluster ends: nobody is left to answer. In the transaction of that, which has asked who may."""
    enquiry = _locked(enquiry)
    _say(enquiry, Kind.CLOSED, by=by, cluster=enquiry.cluster)
    _change(enquiry, state=State.CLOSED)
    return enquiry


def _locked(enquiry: Enquiry) -> Enquiry:
    found = Enquiry.objects.select_for_update(of=("self",)).select_related("cluster", "asker", "owner")
    return found.get(pk=enquiry.pk)


def _managed(enquiry: Enquiry, *, by) -> Enquiry:
    """The row, locked. Raises NotPermitted unless ``by`` manages the cluster that answers now and did not ask."""
    enquiry = _locked(enquiry)
    if enquiry.asker_id == by.pk or not manages(by, enquiry.cluster):
        raise NotPermitted
    return enquiry


def _own_question(enquiry: Enquiry, *, by) -> Enquiry:
    enquiry = _locked(enquiry)
    if enquiry.asker_id != by.pk or not by.is_active:
        raise NotPermitted
    return enquiry


def _not_fitting(enquiry: Enquiry) -> NotPossible:
    text = _("This does not fit the present state of the enquiry: %(state)s.")
    return NotPossible(text % {"state": enquiry.get_state_display()})


def _deputy_or_self(enquiry: Enquiry, person):
    deputy = deputies_in([enquiry.cluster_id]).get((enquiry.cluster_id, person.pk))
    return type(person)._default_manager.get(pk=deputy) if deputy else person


def _own(enquiry: Enquiry, owner, *, by) -> None:
    """Who has it, and since then it is in work. On record with the number of the new owner's membership."""
    enquiry.owner = owner
    _say(enquiry, Kind.TAKEN, by=owner, cluster=enquiry.cluster)
    _change(enquiry, state=State.IN_WORK)
    membership = Membership.objects.of(owner).get(cluster=enquiry.cluster)
    scope = ("cluster", enquiry.cluster_id)
    record("enquiry.taken", by=by, obj=enquiry, scope=scope, membership=membership.pk)


def _say(enquiry: Enquiry, kind: str, *, by, text: str = "", cluster=None, to_cluster=None) -> None:
    EnquiryMessage.objects.create(
        enquiry=enquiry, kind=kind, author=by, cluster=cluster, to_cluster=to_cluster, text=text.strip()
    )


def _change(enquiry: Enquiry, *, state: str | None = None) -> None:
    enquiry.state = state or enquiry.state
    enquiry.changed_at = timezone.now()
    enquiry.save()


def _wait_anew(enquiry: Enquiry, state: str) -> None:
    enquiry.waiting_since, enquiry.reminded = timezone.now(), 0
    _change(enquiry, state=state)
