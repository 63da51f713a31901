from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from hanse_base.personal_data import ExportFile, PersonalData

from .models import Membership, TermsAcceptance


def export(person) -> Iterator[ExportFile]:
    rows = Membership.objects.of(person).select_related("cluster").order_by("applied_at")
    yield ExportFile(
        "memberships.json",
        [
            {
                "cluster": membership.cluster.name,
                "state": membership.state,
                "role": membership.role,
                "contributes": membership.contributes,
                "looks_for": membership.seeks,
                "reason": membership.reason,
                "applied_at": membership.applied_at.isoformat(),
                "decided_at": membership.decided_at and membership.decided_at.isoformat(),
                "named_on_entry_page": membership.is_public_contact,
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


def erase(person) -> None:
    """Memberships go with the account, and with them the roles. What the person decided stays decided.

    That terms were accepted stays on record under the pseudonym, which forgets the person as in the audit trail.
    """
    Membership.objects.of(person).delete()


memberships = PersonalData(
    name="memberships",
    label=_("Memberships in clusters"),
    models=("hanse_members.Membership",),
    export=export,
    erase=erase,
    order=20,
)
