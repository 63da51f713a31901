"""Applications, enquiries and questions to the own profile among what waits for a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from hanse_access.viewer import Viewer
from hanse_base.waiting import CannotBeDone, WaitingAction, WaitingKind, waiting

from . import actions
from .field_kinds import FIELD_KINDS, FieldKind
from .memberships import waiting_for, with_accepted_terms
from .models import Enquiry, Membership
from .models.memberships import LONGEST_TEXT
from .notifications_of_fields import question_text
from .subjects import name_subjects


def manages(request: HttpRequest) -> bool:
    return bool(request.viewer.decides.get("cluster"))


def doing(action: Callable, **fixed) -> Callable[[HttpRequest, object, str], None]:
    """An action of this package as what is done with one item."""

    def perform(request: HttpRequest, item, reason: str) -> None:
        said = {"reason": reason} if reason else {}
        try:
            action(item, by=request.user, **fixed, **said)
        except actions.NotPossible as problem:
            raise CannotBeDone(str(problem)) from problem

    return perform


def waiting_applications(request: HttpRequest):
    return waiting_for(request.viewer) if manages(request) else Membership.objects.none()


def prepare_applications(applications: Sequence[Membership], request: HttpRequest) -> None:
    with_accepted_terms(list(applications))


def brings_organisation(application: Membership, request: HttpRequest) -> bool:
    """Who could be admitted without the organisation, because that takes no part yet."""
    return application.organisation_id is not None and application.part != "approved"


def said_admitted(number: int) -> str:
    text = ngettext("%(count)d person is admitted.", "%(count)d people are admitted.", number)
    return text % {"count": number}


def said_declined(number: int) -> str:
    text = ngettext(
        "Declined. The applicant reads your reason.", "%(count)d declined. The applicants read your reason.", number
    )
    return text % {"count": number}


applications = WaitingKind(
    name="applications",
    label=gettext_lazy("Applications"),
    template="hanse_members/includes/application.html",
    items=waiting_applications,
    concerns=manages,
    prepare=prepare_applications,
    title=lambda application: application.person.get_full_name(),
    actions=(
        WaitingAction("admit", gettext_lazy("Admit"), doing(actions.approve_membership), said_admitted, kind="primary"),
        WaitingAction(
            "personally",
            gettext_lazy("Admit personally, without the organisation"),
            doing(actions.approve_membership, personally=True),
            said_admitted,
            fits=brings_organisation,
            several=False,
        ),
        WaitingAction(
            "decline",
            gettext_lazy("Decline"),
            doing(actions.decline_membership),
            said_declined,
            reason_label=gettext_lazy("Reason for the applicant"),
            longest_reason=LONGEST_TEXT,
            kind="danger",
        ),
    ),
    order=10,
)


def waiting_enquiries(request: HttpRequest):
    if not manages(request):
        return Enquiry.objects.none()
    waiting = Enquiry.objects.waiting_for(request.viewer).select_related("asker", "cluster", "owner")
    return waiting.order_by("waiting_since", "pk")


def prepare_enquiries(enquiries: Sequence[Enquiry], request: HttpRequest) -> None:
    name_subjects(enquiries, request.viewer)
    for enquiry in enquiries:
        enquiry.is_for_another = enquiry.owner_id not in (None, request.user.pk)


def is_not_own(enquiry: Enquiry, request: HttpRequest) -> bool:
    return enquiry.owner_id != request.user.pk


def said_taken(number: int) -> str:
    return ngettext("You take care of it.", "You take care of %(count)d enquiries.", number) % {"count": number}


enquiries = WaitingKind(
    name="enquiries",
    label=gettext_lazy("Enquiries"),
    template="hanse_members/includes/waiting_enquiry.html",
    items=waiting_enquiries,
    concerns=manages,
    prepare=prepare_enquiries,
    title=lambda enquiry: enquiry.asker.get_full_name(),
    url=lambda enquiry: enquiry.get_absolute_url(),
    open_label=gettext_lazy("Read and answer"),
    actions=(
        WaitingAction(
            "take", gettext_lazy("I take care of it"), doing(actions.take_enquiry), said_taken, fits=is_not_own
        ),
    ),
    order=30,
)


def said_released(number: int) -> str:
    text = ngettext("Released. You can take it back at any time.", "%(count)d fields are released.", number)
    return text % {"count": number}


def said_not_released(number: int) -> str:
    return ngettext("Not released.", "%(count)d fields are not released.", number) % {"count": number}


def _keeps_organisation(viewer: Viewer) -> bool:
    return Membership.objects.keepers().of(viewer.user).exists()


def may_answer_for_organisations(viewer: Viewer) -> bool:
    """Only these people can be among those who answer; whether they are is asked for each organisation."""
    return bool(viewer.decides.get("cluster")) or viewer.kept(_keeps_organisation)


def questions(
    kind: FieldKind, name: str, label, order: int, may_answer: Callable[[Viewer], bool] = lambda viewer: True
) -> WaitingKind:
    """Questions to fields of this kind, for those who answer. Only members are asked."""

    def items(request: HttpRequest):
        if not (request.viewer.is_member and may_answer(request.viewer)):
            return kind.release.objects.none()
        waiting = kind.release.objects.waiting().reaching(request.user).with_holders()
        return waiting.select_related("person").order_by("made_at", "pk")

    return WaitingKind(
        name=name,
        label=label,
        template="hanse_members/includes/waiting_question.html",
        items=items,
        concerns=lambda request: False,
        title=question_text,
        url=lambda question: reverse("hanse_members:field_releases"),
        open_label=gettext_lazy("With an answer or a last day"),
        actions=(
            WaitingAction(
                "release", gettext_lazy("Release"), doing(actions.release_field), said_released, kind="primary"
            ),
            WaitingAction("decline", gettext_lazy("Do not release"), doing(actions.decline_field), said_not_released),
        ),
        order=order,
    )


def register() -> None:
    waiting.register(applications)
    waiting.register(questions(FIELD_KINDS["profile"], "questions", gettext_lazy("Questions to your profile"), 40))
    waiting.register(
        questions(
            FIELD_KINDS["organisation"],
            "organisation-questions",
            gettext_lazy("Questions to your organisations"),
            41,
            may_answer_for_organisations,
        )
    )
    waiting.register(enquiries)
