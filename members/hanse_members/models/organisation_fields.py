from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import policy_registry

from hanse_access.viewer import Viewer

from ..organisation_specs import SPECS
from ..roles import Role
from .memberships import Membership
from .organisations import Organisation, OrganisationMembership, answers_for_all, own_organisation_ids
from .scoped_fields import (
    ScopedField,
    ScopedFieldChoice,
    ScopedFieldPicture,
    ScopedFieldRelease,
    ScopedFieldReleaseQuerySet,
)


class OrganisationField(ScopedField):
    """One field of an organisation.

    Those who may change the organisation have a stake in each; those who belong to it, and the management of its
    further clusters, in what is seen as the organisation is.
    """

    holder_name = "organisation"
    specs = SPECS

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="fields", verbose_name=_("organisation")
    )

    class Meta(ScopedField.Meta):
        verbose_name = _("field of an organisation")
        verbose_name_plural = _("fields of organisations")
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="hanse_members_org_field_once")]
        indexes = [models.Index(fields=["name", "audience", "organisation"], name="hanse_members_org_field_name")]

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        if viewer.kept(answers_for_all):
            return ~Q(**{f"{prefix}pk__in": []})
        own = Q(**{f"{prefix}follows": True, f"{prefix}organisation__in": viewer.kept(own_organisation_ids)})
        return own | Q(**{f"{prefix}organisation__in": viewer.kept(changed_organisation_ids)})

    @classmethod
    def answered_q(cls, person, prefix=""):
        managed = Membership.objects.with_role(Role.MANAGER).of(person).order_by().values("cluster_id")
        keepers = Membership.objects.keepers().filter(organisation=OuterRef("organisation"))
        unkept = OrganisationMembership.objects.home().filter(~Exists(keepers), cluster_id__in=managed)
        kept = Membership.objects.keepers().of(person)
        return Q(**{f"{prefix}organisation__in": kept.order_by().values("organisation_id")}) | Q(
            **{f"{prefix}organisation__in": unkept.order_by().values("organisation_id")}
        )

    def stakeholders(self):
        changing = policy_registry.get_by_type(Organisation).people("change", self.organisation)
        return changing | self.organisation.stakeholders() if self.follows else changing


def changed_organisation_ids(viewer: Viewer) -> list[int]:
    """Organisations that the viewer looks after, or for which a management answers that the viewer belongs to."""
    ids = set(Membership.objects.keepers().of(viewer.user).values_list("organisation_id", flat=True))
    if deciding := viewer.decides.get("cluster"):
        home = OrganisationMembership.objects.home().filter(cluster_id__in=deciding)
        ids.update(home.values_list("organisation_id", flat=True))
    return list(ids)


class OrganisationFieldChoice(ScopedFieldChoice):
    """Of an organisation's field."""

    field = models.ForeignKey(OrganisationField, on_delete=models.CASCADE, related_name="choices")

    class Meta(ScopedFieldChoice.Meta):
        verbose_name = _("choice of an organisation's field")
        verbose_name_plural = _("choices of organisations' fields")
        constraints = [models.UniqueConstraint(fields=["field", "value"], name="hanse_members_org_choice_once")]


class OrganisationLogo(ScopedFieldPicture):
    """The logo of an organisation."""

    kind = "logo"

    field = models.OneToOneField(OrganisationField, on_delete=models.CASCADE, related_name="picture")

    class Meta(ScopedFieldPicture.Meta):
        verbose_name = _("logo of an organisation")
        verbose_name_plural = _("logos of organisations")


class OrganisationFieldReleaseQuerySet(ScopedFieldReleaseQuerySet):
    @staticmethod
    def in_force_q(prefix: str = "") -> Q:
        """A link opens as long as whoever made it may change the organisation: it would let them read on afterwards."""
        holder, maker = OuterRef(f"{prefix}field__organisation"), OuterRef(f"{prefix}released_by")
        home = OrganisationMembership.objects.home().filter(organisation=OuterRef(holder)).order_by()
        managing = Membership.objects.with_role(Role.MANAGER).filter(cluster__in=home.values("cluster_id"))
        keeping = Membership.objects.keepers().filter(organisation=holder)
        made = Exists(keeping.filter(person=maker)) | Exists(managing.filter(person=maker))
        return ScopedFieldReleaseQuerySet.in_force_q(prefix) & (Q(**{f"{prefix}outsider": ""}) | Q(made))


class OrganisationFieldRelease(ScopedFieldRelease):
    """Of an organisation's field."""

    field = models.ForeignKey(
        OrganisationField, on_delete=models.CASCADE, related_name="releases", verbose_name=_("field")
    )

    objects = OrganisationFieldReleaseQuerySet.as_manager()

    class Meta(ScopedFieldRelease.Meta):
        verbose_name = _("release of an organisation's field")
        verbose_name_plural = _("releases of organisations' fields")
        constraints = [
            models.CheckConstraint(condition=ScopedFieldRelease.TO_ONE, name="hanse_members_org_release_to_one"),
            models.UniqueConstraint(
                fields=["field", "person"], condition=ScopedFieldRelease.OPEN, name="hanse_members_org_released_once"
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="hanse_members_org_releases")]
