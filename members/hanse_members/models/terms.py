from __future__ import annotations

import hashlib
import json

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.coreutils import get_content_languages

from hanse_access.models import ActorKey

from .clusters import Cluster, ClusterQuerySet

ISSUER = Coalesce("cluster_id", 0)


class TermsQuerySet(models.QuerySet["Terms"]):
    def readable(self) -> TermsQuerySet:
        """Terms are public, since one reads them before one joins. Those of a cluster that takes no part are not."""
        return self.filter(Q(cluster=None) | ClusterQuerySet.active_q("cluster__"))

    def in_force(self) -> TermsQuerySet:
        """The newest version of each kind and issuer."""
        newer = Terms.objects.annotate(issuer=ISSUER).filter(
            issuer=OuterRef("issuer"), kind=OuterRef("kind"), version__gt=OuterRef("version")
        )
        return self.readable().annotate(issuer=ISSUER).filter(~Exists(newer))

    def asked_of(self, clusters, *, managing: bool = False) -> TermsQuerySet:
        """What members of these clusters agree to: the platform's and the clusters' own, the platform's first.

        Who is ``managing`` one of them agrees to the contract too.
        """
        wanted = Q(kind=Terms.Kind.MEMBERS) & (Q(cluster=None) | Q(cluster__in=clusters))
        if managing:
            wanted |= Q(kind=Terms.Kind.CONTRACT)
        return self.in_force().filter(wanted).select_related("cluster").order_by("issuer", "-kind")

    def contract(self) -> TermsQuerySet:
        """What a cluster agrees to when it joins: the version in force, if there is one."""
        return self.in_force().filter(kind=Terms.Kind.CONTRACT)

    def not_accepted_by(self, person) -> TermsQuerySet:
        return self.exclude(pk__in=TermsAcceptance.objects.by(person).order_by().values("terms_id"))


class Terms(models.Model):
    """One version of what members agree to: the platform's (no cluster) or a cluster's own.

    Of the kind "contract" is what clusters agree to when they join the platform; it is the platform's always.

    A version never changes (triggers of the database refuse it); whoever wants other terms issues the next one.
    ``texts`` holds one text for each language, ``digest`` the SHA-256 of ``content()`` in hexadecimal digits.
    """

    class Kind(models.TextChoices):
        MEMBERS = "members", gettext_lazy("Terms that members accept")
        CONTRACT = "contract", gettext_lazy("Contract that clusters accept")

    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=Kind, default=Kind.MEMBERS)
    cluster = models.ForeignKey(
        Cluster,
        on_delete=models.PROTECT,
        related_name="terms",
        null=True,
        blank=True,
        verbose_name=gettext_lazy("cluster"),
    )
    version = models.PositiveIntegerField(gettext_lazy("version"))
    texts = models.JSONField(gettext_lazy("texts"))
    digest = models.CharField(gettext_lazy("digest"), max_length=64, editable=False)
    issued_at = models.DateTimeField(gettext_lazy("in force since"), auto_now_add=True)

    objects = TermsQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("terms")
        verbose_name_plural = gettext_lazy("terms")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "version"], name="hanse_members_terms_of_cluster"),
            models.UniqueConstraint(
                fields=["kind", "version"], condition=Q(cluster=None), name="hanse_members_terms_of_platform"
            ),
            models.CheckConstraint(
                condition=Q(kind="members") | Q(cluster=None), name="hanse_members_contract_of_platform"
            ),
        ]

    def __str__(self) -> str:
        words = {"cluster": self.cluster, "version": self.version}
        if self.kind == self.Kind.CONTRACT:
            return _("Contract with clusters, version %(version)d") % words
        if self.cluster_id is None:
            return _("Terms of use of the platform, version %(version)d") % words
        return _("Terms of %(cluster)s, version %(version)d") % words

    def get_absolute_url(self) -> str:
        return reverse("hanse_members:terms", args=[self.pk])

    def content(self) -> str:
        """What is agreed to, written the same way each time."""
        told = {"cluster": self.cluster_id, "version": self.version, "texts": self.texts}
        if self.kind != self.Kind.MEMBERS:  # of all versions that were there before there were kinds
            told["kind"] = self.kind
        return json.dumps(told, ensure_ascii=False, sort_keys=True)

    def compute_digest(self) -> str:
        return hashlib.sha256(self.content().encode()).hexdigest()

    @property
    def language(self) -> str:
        """The language in which this reader gets the text: their own where there is one."""
        wanted = get_language()
        return wanted if wanted in self.texts else next(code for code in get_content_languages() if code in self.texts)

    @property
    def text(self) -> str:
        return self.texts[self.language]


class TermsAcceptanceQuerySet(models.QuerySet["TermsAcceptance"]):
    def by(self, person) -> TermsAcceptanceQuerySet:
        return self.filter(actor__user_id=person.pk)


class TermsAcceptance(models.Model):
    """Who agreed to which version and when: kept for good, under the person's pseudonym as the audit trail is."""

    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="acceptances")
    actor = models.ForeignKey(ActorKey, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(auto_now_add=True)

    objects = TermsAcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("acceptance of terms")
        verbose_name_plural = gettext_lazy("acceptances of terms")
        constraints = [models.UniqueConstraint(fields=["terms", "actor"], name="hanse_members_accepted_once")]

    def __str__(self) -> str:
        return f"{self.terms} · {self.actor}"
