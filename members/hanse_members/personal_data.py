from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from hanse_base.personal_data import ExportFile, PersonalData

from .models import Membership


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


def erase(person) -> None:
    """Memberships go with the account, and with them the roles. What the person decided stays decided."""
    Membership.objects.of(person).delete()


memberships = PersonalData(
    name="memberships",
    label=_("Memberships in clusters"),
    models=("hanse_members.Membership",),
    export=export,
    erase=erase,
    order=20,
)
