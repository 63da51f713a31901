from __future__ import annotations

import unicodedata
import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_access.models import ScopedModel
from hanse_access.operators import may, people_who_may
from hanse_access.querysets import ScopedQuerySet
from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer
from hanse_activity.models import Body

from ..regions import REGIONS
from ..roles import Role
from .clusters import Cluster, ClusterQuerySet
from .freshness import Confirmable, ConfirmableQuerySet
from .memberships import Membership
from .scoped_fields import FieldHolder
from .topics import Topic

#: topics of one organisation
MOST_TOPICS = 10
CHANGE = "hanse_members.change_organisation"


def name_key(name: str) -> str:
    """A name by which an organisation is known again: without regard to case, accents' spelling and white space."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:200]


class OrganisationMembershipQuerySet(models.QuerySet["OrganisationMembership"]):
    @staticmethod
    def approved_q(prefix: str = "") -> Q:
        """Takes part: approved, in an active cluster."""
        return Q(**{f"{prefix}state": OrganisationMembership.State.APPROVED}) & ClusterQuerySet.active_q(
            f"{prefix}cluster__"
        )

    def approved(self) -> OrganisationMembershipQuerySet:
        return self.filter(self.approved_q())

    @staticmethod
    def current_q(prefix: str = "") -> Q:
        """Asks to take part or does, in an active cluster: what the management of the cluster answers for."""
        states = [OrganisationMembership.State.APPLIED, OrganisationMembership.State.APPROVED]
        return Q(**{f"{prefix}state__in": states}) & ClusterQuerySet.active_q(f"{prefix}cluster__")

    def current(self) -> OrganisationMembershipQuerySet:
        return self.filter(self.current_q())

    def home(self) -> OrganisationMembershipQuerySet:
        """The part of each organisation that was approved first: that cluster's management answers for it.

        Anybody can name a known organisation when applying to another cluster; its management must not get hold of it.
        """
        earlier = OrganisationMembership.objects.approved().filter(
            organisation=models.OuterRef("organisation"), decided_at__lt=models.OuterRef("decided_at")
        )
        return self.approved().filter(~models.Exists(earlier))

    def answered_for(self) -> OrganisationMembershipQuerySet:
        """Approved parts, and what a new organisation asks for that takes part nowhere yet."""
        elsewhere = OrganisationMembership.objects.approved().filter(organisation=models.OuterRef("organisation"))
        approved = self.approved_q()
        return self.filter(approved | (self.current_q() & ~models.Exists(elsewhere)))


class OrganisationQuerySet(ConfirmableQuerySet, ScopedQuerySet):
    def kept_by(self, person) -> OrganisationQuerySet:
        """Those that this person looks after, as a member of a cluster through them."""
        return self.filter(pk__in=Membership.objects.keepers().of(person).order_by().values("organisation_id"))

    def kept(self) -> OrganisationQuerySet:
        """Those that somebody looks after."""
        return self.filter(pk__in=Membership.objects.keepers().order_by().values("organisation_id"))

    def named(self, name: str) -> OrganisationQuerySet:
        return self.filter(name_key=name_key(name))

    def with_clusters(self) -> OrganisationQuerySet:
        """Loads the clusters that each takes part in, by name, as ``taking_part``."""
        approved = OrganisationMembership.objects.approved().select_related("cluster").order_by(Lower("cluster__name"))
        return self.prefetch_related(models.Prefetch("memberships", approved, to_attr="taking_part"))


class Organisation(FieldHolder, Confirmable, ScopedModel):
    """A company, institute or public body. Its people belong to clusters through it.

    Its audience sees name, kind, place, region, topics and whether it is open for cooperation, by which it is found and
    followed. Everything else are fields (``OrganisationField``), each with an audience of its own.

    Shown while it takes part in an active cluster. Those who belong to it, the managers of its clusters and the
    operators see it always. Its address is a random number, so that it tells nothing.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        UNIVERSITY = "university", _("University")
        INSTITUTE = "institute", _("Research institute")
        PUBLIC_BODY = "public_body", _("Public body")
        ASSOCIATION = "association", _("Association")
        OTHER = "other", _("Other")

    #: its kind among those that follow topics
    FOLLOWER = "organisations"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.COMPANY)
    place = models.CharField(_("place"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=6, choices=list(REGIONS.items()), blank=True)
    open_for_cooperation = models.BooleanField(
        _("open for cooperation"),
        default=False,
        help_text=_("Others may ask for joint projects. The list can be narrowed to such organisations."),
    )
    #: out of sight after a report, until somebody of the management shows it again
    withheld = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    clusters = models.ManyToManyField(
        Cluster, through="OrganisationMembership", related_name="organisations", verbose_name=_("clusters")
    )
    topics = models.ManyToManyField(
        Topic, through="OrganisationTopic", related_name="organisations", verbose_name=_("topics"), blank=True
    )

    objects = models.Manager.from_queryset(OrganisationQuerySet)()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = [Lower("name"), "pk"]
        indexes = [
            models.Index(Lower("name"), "id", name="hanse_members_org_by_name"),
            models.Index(fields=["-confirmed_at", "-id"], name="hanse_members_org_by_date"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.name_key = name_key(self.name)
        if kwargs.get("update_fields") is not None and "name" in kwargs["update_fields"]:
            kwargs["update_fields"] = {*kwargs["update_fields"], "name_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("hanse_members:organisation", args=[self.uid])

    @property
    def as_follower(self) -> Body:
        return Body(self.FOLLOWER, self.pk)

    # The rule

    @classmethod
    def shown_q(cls, now, prefix=""):
        taking_part = OrganisationMembership.objects.approved().order_by().values("organisation_id")
        return Q(**{f"{prefix}pk__in": taking_part, f"{prefix}withheld": False})

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        if viewer.kept(answers_for_all):
            return Q(**{f"{prefix}merged_into__isnull": True})
        return Q(**{f"{prefix}pk__in": viewer.kept(own_organisation_ids)})

    def stakeholders(self):
        belonging = Membership.objects.approved().filter(organisation=self.pk)
        clusters = self.memberships.answered_for().values("cluster_id")
        managing = Membership.objects.with_role(Role.MANAGER).filter(cluster_id__in=clusters)
        who = Q(pk__in=belonging.order_by().values("person_id")) | Q(pk__in=managing.order_by().values("person_id"))
        who |= Q(pk__in=people_who_may(CHANGE).order_by().values("pk"))
        return get_user_model()._default_manager.filter(who, is_active=True)

    def home_scope(self):
        """The cluster that it came in with; for a new one that asks to take part, the first that it asked."""
        parts = OrganisationMembership.objects.answered_for().filter(organisation=self.pk)
        approved_first = parts.order_by("-state", "decided_at", "pk")
        cluster = approved_first.values_list("cluster_id", flat=True).first()
        return Scope("cluster", cluster) if cluster else None

    # The holder of fields

    @property
    def edit_url(self):
        return reverse("hanse_members:edit_organisation", args=[self.uid])

    @property
    def own_address(self):
        return {"uid": self.uid}

    def answering(self):
        """Those who look after it; where nobody does, the management that answers for it."""
        keepers = Membership.objects.keepers().filter(organisation=self.pk)
        if not keepers.exists():
            home = OrganisationMembership.objects.home().filter(organisation=self.pk)
            keepers = Membership.objects.with_role(Role.MANAGER).filter(cluster_id__in=home.values("cluster_id"))
        return get_user_model()._default_manager.filter(pk__in=keepers.order_by().values("person_id"))

    def close_scopes(self):
        """The home alone: into others it comes as soon as somebody names it who applies there."""
        home = self.home_scope()
        return {home} if home else set()


def answers_for_all(viewer: Viewer) -> bool:
    return may(viewer.user, CHANGE)


def own_organisation_ids(viewer: Viewer) -> list[int]:
    """Organisations that the viewer belongs to, or whose cluster the viewer manages."""
    belonging = Membership.objects.approved().of(viewer.user).filter(organisation__isnull=False)
    ids = set(belonging.values_list("organisation_id", flat=True))
    if deciding := viewer.decides.get("cluster"):
        managed = OrganisationMembership.objects.answered_for().filter(cluster_id__in=deciding)
        ids.update(managed.values_list("organisation_id", flat=True))
    return list(ids)


class OrganisationMembership(models.Model):
    """An organisation in a cluster. While it is approved, its people may belong to the cluster through it."""

    class State(models.TextChoices):
        APPLIED = "applied", _("Applied")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        ENDED = "ended", _("Ended")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+", verbose_name=_("cluster"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.APPLIED)
    applied_at = models.DateTimeField(_("applied"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )

    objects = OrganisationMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership of an organisation")
        verbose_name_plural = _("memberships of organisations")
        ordering = ["-applied_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "cluster"], name="hanse_members_organisation_once")
        ]
        indexes = [models.Index(fields=["cluster", "state"], name="hanse_members_org_by_cluster")]

    def __str__(self) -> str:
        return _("%(organisation)s in %(cluster)s") % {"organisation": self.organisation, "cluster": self.cluster}


class OrganisationTopic(models.Model):
    """An organisation has something to do with a topic."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="topic_links")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("topic of an organisation")
        verbose_name_plural = _("topics of organisations")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "topic"], name="hanse_members_organisation_topic_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.topic_id}"
