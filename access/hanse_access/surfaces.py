"""What access adds to the shared surfaces: navigation, what waits, personal data, timed jobs."""

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from hanse_base.jobs import TimedJob, jobs
from hanse_base.navigation import NavigationItem, navigation
from hanse_base.personal_data import ExportFile, PersonalData, personal_data
from hanse_base.waiting import waiting

from .attachment_jobs import remove_unused_attachments, sweep_files
from .audit import actor_key
from .models import AudienceProposal, AuditEvent, BreakGlass, PageAttachment
from .retention import forget_actors, forget_later
from .waiting import proposals


def has_proposals(request: HttpRequest) -> bool:
    """Decides for a scope, or proposed something."""
    viewer = request.viewer
    if viewer.user is None:
        return False
    return bool(viewer.decides) or AudienceProposal.objects.filter(proposed_by_id=viewer.user_id).exists()


def export(user):
    """Proposals, break-glass accesses and what the trail says of the person's own actions."""
    proposals = AudienceProposal.objects.filter(Q(proposed_by=user) | Q(decided_by=user)).order_by("pk")
    fields = ("object_id", "kind", "scope_id", "state", "reason", "proposed_at", "decided_at")
    yield ExportFile("proposals.json", list(proposals.values(*fields)))
    glasses = BreakGlass.objects.filter(person=user).order_by("pk")
    yield ExportFile("break_glass.json", list(glasses.values("kind", "scope_id", "reason", "opened_at", "closes_at")))
    attachments = PageAttachment.objects.filter(uploaded_by=user).order_by("pk")
    yield ExportFile("attachments.json", list(attachments.values("pk", "label", "content_type", "size", "created")))
    for attachment in attachments.iterator():
        with attachment.file.open("rb") as file:
            yield ExportFile(f"attachments/{attachment.pk}-{get_valid_filename(attachment.label)}", file.read())
    events = AuditEvent.objects.filter(actor__user=user).order_by("pk")
    yield ExportFile("audit_trail.json", list(events.values("at", "verb", "object_type", "object_id", "data")))


def erase(user) -> None:
    """The record stays under a pseudonym, whose reference to the person goes after the retention.

    Files stay: published pages and drafts of others may use them.
    """
    forget_later(actor_key(user))
    AudienceProposal.objects.waiting().filter(proposed_by=user).update(proposed_by=None)


def register() -> None:
    navigation.register(
        NavigationItem(
            name="proposals",
            label=_("Proposals"),
            url=lambda request: reverse("hanse_access:proposals"),
            icon="exchange",
            order=70,
            shown=has_proposals,
        )
    )
    waiting.register(proposals)
    personal_data.register(
        PersonalData(
            name="access",
            label=_("Sharing and audit trail"),
            models=(
                "hanse_access.ActorKey",
                "hanse_access.AudienceProposal",
                "hanse_access.BreakGlass",
                "hanse_access.PageAttachment",
            ),
            export=export,
            erase=erase,
        )
    )
    jobs.register(
        TimedJob(
            name="access.forget_actors",
            label=_("Forget who acted, after the retention"),
            every=timedelta(days=1),
            run=forget_actors,
        )
    )
    jobs.register(
        TimedJob(
            name="access.sweep_files",
            label=_("Remove private files that belong to nothing"),
            every=timedelta(days=1),
            run=sweep_files,
        )
    )
    jobs.register(
        TimedJob(
            name="access.remove_unused_attachments",
            label=_("Remove private files that no page has used for long"),
            every=timedelta(days=7),
            run=remove_unused_attachments,
        )
    )
