"""What becomes of the things of this plugin, and of what is shared, when a cluster is suspended or ends."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import Page

from hanse_access.actions import end_proposal
from hanse_access.models import AudienceProposal
from hanse_access.scopes import Scope

from . import actions
from .actions.enquiries import end_enquiry
from .consequences import Change, Consequence, consequences
from .models import Cluster, ClusterPage, Enquiry, Invitation, Membership, Organisation, OrganisationMembership, Profile
from .roles import Role

Says = Callable[[Change, int], str]


def approved_in(cluster: Cluster):
    return Membership.objects.approved().filter(cluster=cluster)


def only_here(cluster: Cluster):
    elsewhere = Membership.objects.approved().filter(person=OuterRef("person")).exclude(cluster=cluster)
    return approved_in(cluster).filter(~Exists(elsewhere))


def staff_of(cluster: Cluster):
    return Membership.objects.with_role(Role.EDITOR).filter(cluster=cluster)


def pages_of(cluster: Cluster):
    """All that are served, news included."""
    if not cluster.is_active:
        return Page.objects.none()
    below = Q(pk__in=[])
    for page in ClusterPage.objects.filter(cluster=cluster):
        below |= Q(path__startswith=page.path)
    return Page.objects.filter(below).live()


def organisations_of(cluster: Cluster):
    """Shown in the directory, here or through another cluster."""
    parts = OrganisationMembership.objects.filter(cluster=cluster, state="approved")
    return Organisation.objects.shown().filter(pk__in=parts.values("organisation_id"))


def profiles_of(cluster: Cluster):
    people = Membership.objects.filter(cluster=cluster, state="approved").order_by().values("person_id")
    return Profile.objects.shown().filter(person__in=people)


def proposed_to(cluster: Cluster):
    return AudienceProposal.objects.waiting().filter(kind="cluster", scope_id=cluster.pk).order_by("pk")


def taken_over_by(cluster: Cluster):
    return AudienceProposal.objects.in_force().filter(kind="cluster", scope_id=cluster.pk)


def proposed_by(cluster: Cluster) -> list[AudienceProposal]:
    """Own items that wait for another cluster's decision."""
    own = Scope("cluster", cluster.pk)
    waiting = AudienceProposal.objects.waiting().exclude(kind="cluster", scope_id=cluster.pk)
    rows = waiting.prefetch_related("item").order_by("pk")
    return [row for row in rows if row.item is not None and home_of(row.item) == own]


def home_of(item) -> Scope | None:
    return getattr(item, "specific", item).home_scope()


def pending_invitations(cluster: Cluster):
    pending = Invitation.objects.filter(cluster=cluster, state=Invitation.State.PENDING)
    return pending.filter(expires_at__gt=timezone.now()).select_related("cluster")


def applications_to(cluster: Cluster):
    applied = Membership.objects.filter(cluster=cluster, state=Membership.State.APPLIED)
    return applied.select_related("person", "cluster")


def unanswered(cluster: Cluster):
    states = [Enquiry.State.NEW, Enquiry.State.IN_WORK]
    return Enquiry.objects.filter(cluster=cluster, state__in=states).select_related("cluster")


def while_active(rows: Callable[[Cluster], object]) -> Callable[[Cluster], int]:
    """A count of what only a cluster that takes part deals with."""
    return lambda cluster: len(rows(cluster)) if cluster.is_active else 0


def decline_application(membership: Membership, *, by) -> None:
    actions.decline_membership(membership, reason=_("The cluster does not take part any more."), by=by)


def says(suspend: Callable[[int], str], reinstate: Callable[[int], str], close: Callable[[int], str] | None = None):
    texts = {Change.SUSPEND: suspend, Change.REINSTATE: reinstate, Change.CLOSE: close or suspend}
    return lambda change, number: texts[change](number) % {"number": number}


CONSEQUENCES = (
    Consequence(
        name="members",
        label=gettext_lazy("Members"),
        says=says(
            lambda n: ngettext(
                "%(number)d member sees no longer what is shared with the cluster.",
                "%(number)d members see no longer what is shared with the cluster.",
                n,
            ),
            lambda n: ngettext(
                "%(number)d member sees again what is shared with the cluster.",
                "%(number)d members see again what is shared with the cluster.",
                n,
            ),
        ),
        counts=lambda cluster: approved_in(cluster).count(),
        order=10,
    ),
    Consequence(
        name="members-only-here",
        label=gettext_lazy("Members of no other cluster"),
        says=says(
            lambda n: ngettext(
                "For %(number)d of them it is the only cluster: what all members see is closed to them, too.",
                "For %(number)d of them it is the only cluster: what all members see is closed to them, too.",
                n,
            ),
            lambda n: ngettext(
                "For %(number)d of them it is the only cluster: what all members see is open to them again.",
                "For %(number)d of them it is the only cluster: what all members see is open to them again.",
                n,
            ),
        ),
        counts=lambda cluster: only_here(cluster).count(),
        order=11,
        for_operators=True,
    ),
    Consequence(
        name="staff",
        label=gettext_lazy("Editors and managers"),
        says=says(
            lambda n: ngettext(
                "%(number)d person loses the rights of an editor or manager.",
                "%(number)d people lose the rights of editors and managers.",
                n,
            ),
            lambda n: ngettext(
                "%(number)d person is editor or manager again.", "%(number)d people are editors and managers again.", n
            ),
        ),
        counts=lambda cluster: staff_of(cluster).count(),
        order=12,
    ),
    Consequence(
        name="profiles",
        label=gettext_lazy("Profiles"),
        says=says(
            lambda n: ngettext(
                "%(number)d profile is no longer shown to anybody.",
                "%(number)d profiles are no longer shown to anybody.",
                n,
            ),
            lambda n: ngettext("%(number)d profile is shown again.", "%(number)d profiles are shown again.", n),
        ),
        counts=lambda cluster: profiles_of(cluster).count(),
        order=13,
        for_operators=True,
    ),
    Consequence(
        name="organisations",
        label=gettext_lazy("Organisations"),
        says=says(
            lambda n: ngettext(
                "%(number)d organisation is no longer shown, since it takes part in no other cluster.",
                "%(number)d organisations are no longer shown, since they take part in no other cluster.",
                n,
            ),
            lambda n: ngettext(
                "%(number)d organisation is shown again.", "%(number)d organisations are shown again.", n
            ),
        ),
        counts=lambda cluster: organisations_of(cluster).count(),
        order=14,
    ),
    Consequence(
        name="pages",
        label=gettext_lazy("Pages"),
        says=says(
            lambda n: ngettext(
                "%(number)d published page goes offline, in all languages and with all that stands below.",
                "%(number)d published pages go offline, in all languages and with all that stands below.",
                n,
            ),
            lambda n: ngettext(
                "%(number)d published page is served again.", "%(number)d published pages are served again.", n
            ),
        ),
        counts=lambda cluster: pages_of(cluster).count(),
        order=20,
    ),
    Consequence(
        name="taken-over",
        label=gettext_lazy("Items of others that the cluster had taken over"),
        says=says(
            lambda n: ngettext(
                "%(number)d item of others that the cluster had taken over is no longer shown to its members.",
                "%(number)d items of others that the cluster had taken over are no longer shown to its members.",
                n,
            ),
            lambda n: ngettext(
                "%(number)d item of others that the cluster had taken over is shown to its members again.",
                "%(number)d items of others that the cluster had taken over are shown to its members again.",
                n,
            ),
        ),
        counts=while_active(taken_over_by),
        order=40,
    ),
    Consequence(
        name="proposed-to",
        label=gettext_lazy("Proposals to the cluster"),
        says=says(
            lambda n: ngettext(
                "%(number)d proposal to the cluster waits until it is reinstated.",
                "%(number)d proposals to the cluster wait until it is reinstated.",
                n,
            ),
            lambda n: ngettext(
                "%(number)d proposal to the cluster can be decided again.",
                "%(number)d proposals to the cluster can be decided again.",
                n,
            ),
            lambda n: ngettext(
                "%(number)d proposal to the cluster is taken out; its author is told.",
                "%(number)d proposals to the cluster are taken out; their authors are told.",
                n,
            ),
        ),
        counts=while_active(proposed_to),
        ends=proposed_to,
        end=end_proposal,
        order=41,
    ),
    Consequence(
        name="proposed-by",
        label=gettext_lazy("Proposals of the cluster to others"),
        says=says(
            lambda n: ngettext(
                "%(number)d own item that is proposed to another cluster is hidden from it meanwhile.",
                "%(number)d own items that are proposed to other clusters are hidden from them meanwhile.",
                n,
            ),
            lambda n: ngettext(
                "%(number)d own item that is proposed to another cluster can be decided again.",
                "%(number)d own items that are proposed to other clusters can be decided again.",
                n,
            ),
            lambda n: ngettext(
                "%(number)d proposal of the cluster to another is taken back.",
                "%(number)d proposals of the cluster to others are taken back.",
                n,
            ),
        ),
        counts=while_active(proposed_by),
        ends=proposed_by,
        end=end_proposal,
        order=42,
    ),
    Consequence(
        name="invitations",
        label=gettext_lazy("Invitations"),
        says=says(
            lambda n: ngettext(
                "%(number)d invitation opens nothing until the cluster is reinstated; its time runs on.",
                "%(number)d invitations open nothing until the cluster is reinstated; their time runs on.",
                n,
            ),
            lambda n: ngettext(
                "%(number)d invitation can be accepted again.", "%(number)d invitations can be accepted again.", n
            ),
            lambda n: ngettext("%(number)d invitation is taken back.", "%(number)d invitations are taken back.", n),
        ),
        counts=lambda cluster: Invitation.objects.working().filter(cluster=cluster).count(),
        ends=pending_invitations,
        end=actions.revoke_invitation,
        order=50,
    ),
    Consequence(
        name="applications",
        label=gettext_lazy("Applications"),
        says=says(
            lambda n: ngettext(
                "%(number)d application waits until the cluster is reinstated.",
                "%(number)d applications wait until the cluster is reinstated.",
                n,
            ),
            lambda n: ngettext(
                "%(number)d application can be decided again.", "%(number)d applications can be decided again.", n
            ),
            lambda n: ngettext(
                "%(number)d application is declined; the applicant is told.",
                "%(number)d applications are declined; the applicants are told.",
                n,
            ),
        ),
        counts=lambda cluster: Membership.objects.waiting().filter(cluster=cluster).count(),
        ends=applications_to,
        end=decline_application,
        order=51,
    ),
    Consequence(
        name="enquiries",
        label=gettext_lazy("Enquiries without an answer"),
        says=says(
            lambda n: ngettext(
                "%(number)d enquiry waits without an answer until the cluster is reinstated.",
                "%(number)d enquiries wait without an answer until the cluster is reinstated.",
                n,
            ),
            lambda n: ngettext(
                "%(number)d enquiry can be answered again.", "%(number)d enquiries can be answered again.", n
            ),
            lambda n: ngettext(
                "%(number)d enquiry is closed without an answer.",
                "%(number)d enquiries are closed without an answer.",
                n,
            ),
        ),
        counts=lambda cluster: Enquiry.objects.unanswered().filter(cluster=cluster).count(),
        ends=unanswered,
        end=end_enquiry,
        order=52,
    ),
)


def register() -> None:
    for each in CONSEQUENCES:
        consequences.register(each)
