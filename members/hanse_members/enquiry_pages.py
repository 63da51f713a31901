"""The page of one enquiry: its thread and what the reader can do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .actions.enquiries import answering_clusters
from .enquiry_forms import AnswerForm, HandOverForm, OwnerForm, ReplyForm
from .enquiry_notifications import managers_of
from .models import Deputy, Enquiry, Membership
from .models.deputies import deputies_in
from .subjects import name_subjects

State = Enquiry.State


def enquiry_page(request: HttpRequest, enquiry: Enquiry, *, refused=None) -> HttpResponse:
    """``refused`` is the form whose values were not taken; it is drawn in its place with what was typed."""
    name_subjects([enquiry], request.viewer)
    own = enquiry.asker_id == request.user.pk
    # The thread shown must be complete also after a refusal that came too late.
    enquiry.refresh_from_db(fields=["state", "owner"])
    messages = enquiry.messages.select_related("author", "cluster", "to_cluster")
    forms = asker_forms() if own else management_forms(enquiry)
    for name, form in forms.items():
        if type(form) is type(refused):
            forms[name] = refused
    context = {
        "enquiry": enquiry,
        "thread": list(messages),
        "own": own,
        "deputy": deputy_of(enquiry),
        "organisation": "" if own else organisation_in(enquiry),
        "refused": refused is not None,
        **forms,
    }
    return render(request, "hanse_members/enquiry.html", context, status=400 if refused is not None else 200)


def asker_forms() -> dict:
    return {"reply_form": ReplyForm()}


def management_forms(enquiry: Enquiry) -> dict:
    if enquiry.state == State.CLOSED:
        return {}
    return {
        "answer_form": AnswerForm(),
        "owner_form": owner_form(enquiry) if enquiry.is_open else None,
        "hand_over_form": hand_over_form(enquiry),
    }


def owner_form(enquiry: Enquiry, data=None) -> OwnerForm:
    """Among the managers who do not have it."""
    people = managers_of(enquiry).exclude(pk=enquiry.owner_id).order_by("last_name", "first_name")
    rows = Deputy.objects.standing_in().filter(cluster=enquiry.cluster_id)
    until = {row.person_id: row.ends_on for row in rows}
    named = {person.pk: person for person in managers_of(enquiry)}
    away = {
        person: (named[deputy], until[person])
        for (_cluster, person), deputy in deputies_in([enquiry.cluster_id]).items()
        if deputy in named
    }
    return OwnerForm(data, people=people, away=away)


def hand_over_form(enquiry: Enquiry, data=None) -> HandOverForm:
    clusters = answering_clusters(besides=enquiry.asker).exclude(pk=enquiry.cluster_id)
    return HandOverForm(data, clusters=clusters)


def deputy_of(enquiry: Enquiry):
    """Who stands in for the owner today, or None."""
    if enquiry.owner_id is None:
        return None
    deputy = deputies_in([enquiry.cluster_id]).get((enquiry.cluster_id, enquiry.owner_id))
    return managers_of(enquiry).filter(pk=deputy).first() if deputy else None


def organisation_in(enquiry: Enquiry) -> str:
    """Through which the asker belongs to the cluster that answers; of others its management knows nothing."""
    membership = Membership.objects.approved().of(enquiry.asker).filter(cluster=enquiry.cluster_id)
    found = membership.select_related("organisation").first()
    return found.organisation_label if found else ""
