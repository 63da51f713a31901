from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from hanse_base.personal_data import ExportFile, PersonalData

from .models import (
    ClusterLogo,
    Invitation,
    Membership,
    OrganisationImport,
    OrganisationSource,
    PeopleImport,
    TermsAcceptance,
    TopicImport,
)


def export(person) -> Iterator[ExportFile]:
    rows = Membership.objects.of(person).select_related("cluster", "organisation").order_by("applied_at")
    yield ExportFile(
        "memberships.json",
        [
            {
                "cluster": membership.cluster.name,
                "organisation": membership.organisation_label,
                "state": membership.state,
                "role": membership.role,
                "contributes": membership.contributes,
                "looks_for": membership.seeks,
                "reason": membership.reason,
                "applied_at": membership.applied_at.isoformat(),
                "decided_at": membership.decided_at and membership.decided_at.isoformat(),
                "named_on_entry_page": membership.is_public_contact,
                "looks_after_the_organisation": membership.keeps_organisation,
            }
            for membership in rows
        ],
    )

    accepted = TermsAcceptance.objects.by(person).select_related("terms__cluster").order_by("accepted_at")
    yield ExportFile(
        "accepted_terms.json",
        [
            {
                "cluster": acceptance.terms.cluster and acceptance.terms.cluster.name,
                "version": acceptance.terms.version,
                "digest": acceptance.terms.digest,
                "texts": acceptance.terms.texts,
                "accepted_at": acceptance.accepted_at.isoformat(),
            }
            for acceptance in accepted
        ],
    )


def export_invitations(person) -> Iterator[ExportFile]:
    """Those to the person with their words; of those by the person what does not name others."""
    received = Q(pk__in=Invitation.objects.addressed_to(person).values("pk")) | Q(accepted_by=person)
    rows = Invitation.objects.filter(received | Q(invited_by=person)).select_related("cluster").order_by("sent_at")
    mine = set(Invitation.objects.filter(received).values_list("pk", flat=True))
    told = [
        {
            "cluster": row.cluster.name,
            "direction": "received" if row.pk in mine else "sent",
            "address": row.email if row.pk in mine else None,
            "role": row.role,
            "message": row.message,
            "state": row.state,
            "sent_at": row.sent_at.isoformat(),
            "expires_at": row.expires_at.isoformat(),
            "ended_at": row.ended_at and row.ended_at.isoformat(),
        }
        for row in rows
    ]
    yield ExportFile("invitations.json", told)
    lists = PeopleImport.objects.of(person).values("cluster__name", "file_name", "role", "message", "uploaded_at")
    yield ExportFile("lists_of_people.json", list(lists))


def erase_invitations(person) -> None:
    """Those that the person accepted. One that waits in a mailbox says nothing of an account, and were it to vanish
    with one, that would tell of it; it goes when its time is over.
    """
    Invitation.objects.filter(accepted_by=person).delete()
    PeopleImport.objects.of(person).delete()


def erase(person) -> None:
    """Memberships go with the account, and with them the roles. What the person decided stays decided.

    Organisations stay: they are no personal data.

    That terms were accepted stays on record under the pseudonym, which forgets the person as in the audit trail.
    """
    Membership.objects.of(person).delete()


memberships = PersonalData(
    name="memberships",
    label=_("Memberships in clusters"),
    models=("hanse_members.Membership", "hanse_members.OrganisationMembership"),
    export=export,
    erase=erase,
    order=20,
)

invitations = PersonalData(
    name="invitations",
    label=_("Invitations to clusters"),
    models=("hanse_members.Invitation", "hanse_members.PeopleImport"),
    export=export_invitations,
    erase=erase_invitations,
    order=21,
)


def export_tables(person) -> Iterator[ExportFile]:
    tables = OrganisationImport.objects.filter(Q(uploaded_by=person) | Q(run_by=person))
    told = tables.values("cluster__name", "file_name", "uploaded_at", "state")
    yield ExportFile("tables_of_organisations.json", list(told))
    sources = OrganisationSource.objects.filter(kept_by=person).values("cluster__name", "name", "url", "every")
    yield ExportFile("sources_of_organisations.json", list(sources))


def erase_tables(person) -> None:
    """What they brought stays, and so does a source: another manager is asked to answer for it."""
    OrganisationImport.objects.of(person).delete()
    OrganisationImport.objects.filter(run_by=person).update(run_by=None)
    OrganisationSource.objects.filter(kept_by=person).update(kept_by=None)


tables = PersonalData(
    name="organisation_tables",
    label=_("Tables and sources of organisations"),
    models=("hanse_members.OrganisationImport", "hanse_members.OrganisationSource"),
    export=export_tables,
    erase=erase_tables,
    order=22,
)


def export_logos(person) -> Iterator[ExportFile]:
    for logo in ClusterLogo.objects.filter(uploaded_by=person).select_related("cluster").order_by("pk"):
        with logo.file.open("rb") as file:
            yield ExportFile(f"logos/{logo.cluster.slug}-{logo.shade}-{get_valid_filename(logo.label)}", file.read())


def erase_logos(person) -> None:
    """A logo is its cluster's and stays; who brought it is forgotten with the account."""


logos = PersonalData(
    name="cluster_logos",
    label=_("Logos of clusters"),
    models=("hanse_members.ClusterLogo",),
    export=export_logos,
    erase=erase_logos,
    order=23,
)


def export_topics(person) -> Iterator[ExportFile]:
    tables = TopicImport.objects.of(person).values("file_name", "uploaded_at", "done")
    yield ExportFile("tables_of_topics.json", list(tables))


def erase_topics(person) -> None:
    TopicImport.objects.of(person).delete()


topics = PersonalData(
    name="topics",
    label=_("Tables of topics"),
    models=("hanse_members.TopicImport",),
    export=export_topics,
    erase=erase_topics,
    order=24,
)
