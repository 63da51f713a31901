"""A cluster asks to take part, and an operator decides.

Each action locks the application, checks who asks, changes, and writes the audit trail in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.operators import may

from ..cluster_notifications import DECIDES, tell_answer, tell_operators
from ..models import Cluster, ClusterApplication, ClusterEntry, Terms
from ..roles import Role
from .clusters import create_cluster
from .entries import save_facts
from .errors import NotPermitted, NotPossible
from .memberships import add_member
from .terms_acceptance import accept_terms, require_contract

State = ClusterApplication.State
#: what the applicant says, besides entry, name and address
SAID = ("carrier", "function", "members", "kinds", "regions", "fields", "contributes", "seeks", "languages")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@transaction.atomic
def keep_draft(*, person, typed: dict[str, list[str]]) -> ClusterApplication:
    """Keep what somebody has typed so far. Raises NotPermitted, NotPossible when it is sent already."""
    application = _own_open(person)
    application.typed = typed
    application.save()
    return application


@transaction.atomic
def apply_with_cluster(
    *, person, name: str, slug: str = "", entry: ClusterEntry | None = None, accepted: Iterable[Terms] = (), **said: Any
) -> ClusterApplication:
    """Ask that a cluster takes part, and agree to the contract (``accepted``). Also answers an operator's question.

    Raises NotPermitted for an inactive person, NotPossible where there is nothing to ask for or the contract in force
    is not agreed to, or ValidationError with the errors of entry, name and slug.
    """
    if unknown := said.keys() - set(SAID):
        raise TypeError(f"nothing to say: {sorted(unknown)}")
    application = _own_open(person)
    _check_name(application, entry, name)
    slug = slug or slugify(name.lower().translate(UMLAUTS))[:50].strip("-")
    _check_slug(slug)
    accept_terms(accepted, by=person)
    require_contract(person=person)
    application.entry, application.name, application.slug = entry, name, slug
    for field, value in said.items():
        setattr(application, field, value)
    application.state, application.typed, application.sent_at = State.SENT, {}, timezone.now()
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError as error:
        raise NotPossible(_("Somebody was faster. Please look at this page again.")) from error
    record("cluster_application.sent", by=person, obj=application)
    tell_operators(application, by=person)
    return application


def _own_open(person) -> ClusterApplication:
    """The one that the person can write at, locked; a new one where there is none."""
    if not person.is_active:
        raise NotPermitted
    own = ClusterApplication.objects.select_for_update(of=("self",)).of(person).open().first()
    if own is None:
        try:
            with transaction.atomic():
                return ClusterApplication.objects.create(applicant=person)
        except IntegrityError as error:
            raise NotPossible(_("You have begun an application already.")) from error
    if not own.is_changeable:
        raise NotPossible(_("You have applied already. Withdraw that application before you send another."))
    return own


def _check_name(application: ClusterApplication, entry: ClusterEntry | None, name: str) -> None:
    errors: dict[str, str] = {}
    if entry is not None:
        entry = ClusterEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
        if entry.cluster_id is not None:
            errors["entry"] = _("This cluster takes part already, or did.")
        elif ClusterApplication.objects.claiming(entry).exclude(pk=application.pk).exists():
            errors["entry"] = _("Somebody else has applied with this cluster, and the operator has not decided yet.")
    if Cluster.objects.filter(name__iexact=name).exists():
        errors["name"] = _("A cluster of this name takes part already, or did.")
    if errors:
        raise ValidationError(errors)


def _check_slug(slug: str) -> None:
    if not slug:
        raise ValidationError({"slug": _("Please choose an address: letters from a to z, digits and hyphens.")})
    if Cluster.objects.filter(slug=slug).exists():
        text = _("This address is in use or was. Addresses of clusters are never given twice.")
        raise ValidationError({"slug": text})


@transaction.atomic
def withdraw_application(application: ClusterApplication, *, by) -> ClusterApplication:
    """Only by the applicant. Raises NotPermitted, NotPossible once it is decided."""
    application = _locked(application)
    if application.applicant_id != by.pk or not by.is_active:
        raise NotPermitted
    if application.state not in ClusterApplication.OPEN:
        raise _decided(application)
    application.state, application.typed = State.WITHDRAWN, {}
    application.save()
    record("cluster_application.withdrawn", by=by, obj=application)
    return application


@transaction.atomic
def admit_cluster(application: ClusterApplication, *, by) -> Cluster:
    """Found the cluster with its pages, make the applicant its manager, and give it its entry in the directory.

    What the entry says already stays; what the applicant says anew is added. Raises NotPermitted, or NotPossible when
    it was decided, the name or address was given to another cluster, or the applicant takes no part any more.
    """
    application = _to_decide(application, by)
    entry = application.entry
    if entry is not None and ClusterEntry.objects.filter(pk=entry.pk).exclude(cluster=None).exists():
        raise NotPossible(_("This entry belongs to another cluster now."))
    chosen = {"languages": application.languages} if application.languages else {}
    try:
        cluster = create_cluster(name=application.name, slug=application.slug, by=by, entry=entry, **chosen)
    except ValidationError as problem:
        raise NotPossible(" ".join(problem.messages)) from problem
    add_member(person=application.applicant, cluster=cluster, role=Role.MANAGER, by=by)
    save_facts(cluster, by=by, **_facts(application, entry))
    application.cluster = cluster
    _decide(application, State.ADMITTED, by=by)
    scope = ("cluster", cluster.pk)
    record("cluster_application.admitted", by=by, obj=application, scope=scope)
    return cluster


def _facts(application: ClusterApplication, entry: ClusterEntry | None) -> dict[str, Any]:
    """For the entry: what the applicant says. Figures are of the day on which they were sent."""
    regions, fields = application.regions, application.fields
    if entry is not None:
        regions = regions or [region.code for region in entry.regions.all()]
        fields = fields or [field.name for field in entry.fields.all()]
    facts: dict[str, Any] = {"regions": regions, "fields": fields, "carrier": application.carrier}
    if application.members is not None and application.sent_at:
        sent = timezone.localtime(application.sent_at)
        facts |= {"members": application.members, "members_exactness": "exact", "members_note": ""}
        facts["as_of"] = f"{sent.month}/{sent.year}"
        if entry is not None and entry.smes is not None:  # of another time, and so among other members
            facts["smes"] = None
    return facts


@transaction.atomic
def ask_applicant(application: ClusterApplication, *, reason: str, by) -> ClusterApplication:
    """Ask back: the applicant answers by changing the application and sending it again."""
    application = _to_decide(application, by)
    _answer(application, State.ASKED, "cluster_application.asked", reason, by=by)
    return application


@transaction.atomic
def decline_cluster(application: ClusterApplication, *, reason: str, by) -> ClusterApplication:
    """Raises NotPermitted, or NotPossible without a reason or when it was decided."""
    application = _to_decide(application, by)
    _answer(application, State.DECLINED, "cluster_application.declined", reason, by=by)
    return application


def _answer(application: ClusterApplication, state: State, verb: str, reason: str, *, by) -> None:
    if not reason.strip():
        raise NotPossible(_("Please give a reason; the applicant will read it."))
    application.answer = reason.strip()
    _decide(application, state, by=by)
    record(verb, by=by, obj=application)


def _decide(application: ClusterApplication, state: State, *, by) -> None:
    application.state, application.decided_by, application.decided_at = state, by, timezone.now()
    application.save()
    tell_answer(application, by=by)


def _to_decide(application: ClusterApplication, by) -> ClusterApplication:
    if not may(by, DECIDES):
        raise NotPermitted
    application = _locked(application)
    if application.state != State.SENT:
        raise _decided(application)
    return application


def _decided(application: ClusterApplication) -> NotPossible:
    state = application.get_state_display()
    return NotPossible(_("This was decided in the meantime: %(state)s.") % {"state": state})


def _locked(application: ClusterApplication) -> ClusterApplication:
    return ClusterApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
