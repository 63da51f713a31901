from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_activity.models import Block
from hanse_activity.models.mailed import UNDER_WAY, Mailed
from hanse_base.models import LinkToken

from ..roles import Role
from .clusters import Cluster
from .memberships import Membership


class ProfileDraftQuerySet(models.QuerySet["ProfileDraft"]):
    def working(self) -> ProfileDraftQuerySet:
        """Not ended, in time, by somebody who still manages a cluster that counts the person among its members.

        And whom the person does not block.
        """
        cluster, person = OuterRef("cluster_id"), OuterRef("person_id")
        members = Membership.objects.approved().filter(cluster_id=cluster, person_id=person)
        managers = Membership.objects.with_role(Role.MANAGER)
        drafters = managers.filter(cluster_id=cluster, person_id=OuterRef("drafted_by_id"))
        blocks = Block.objects.filter(person_id=person, blocked_id=OuterRef("drafted_by_id"))
        return self.filter(
            Exists(members.order_by()),
            Exists(drafters.order_by()),
            ~Exists(blocks.order_by()),
            expires_at__gt=timezone.now(),
            ended_at=None,
            person__is_active=True,
        )

    def of(self, person) -> ProfileDraftQuerySet:
        return self.filter(person_id=person.pk)


class ProfileDraft(Mailed):
    """What the management of a cluster has put together for the profile of a member.

    Nobody but the person and the managers of the cluster reads it. It goes into the profile when the person confirms
    it, by the link in a mail (key ``token``) or signed in. ``answers`` are those of the form, by the names of its
    fields.

    What the person did with it is told to nobody: the row stays without answers until it would have expired, so that
    those who sent it see the same whatever became of it.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile_drafts", verbose_name=_("person")
    )
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+", verbose_name=_("cluster"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=_("drafted by"),
    )
    answers = models.JSONField(_("answers"), default=dict)
    made_at = models.DateTimeField(_("sent"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    token = models.OneToOneField(LinkToken, on_delete=models.SET_NULL, related_name="+", null=True, editable=False)

    objects = ProfileDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a profile")
        verbose_name_plural = _("drafts of profiles")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "cluster"], name="hanse_members_drafted_once")]
        indexes = [
            models.Index(fields=["mail", "mail_changed_at"], condition=UNDER_WAY, name="hanse_members_draft_mail"),
            models.Index(fields=["expires_at"], name="hanse_members_draft_expires"),
        ]

    def __str__(self) -> str:
        return _("Draft of a profile in %(cluster)s") % {"cluster": self.cluster}

    @property
    def digest(self) -> str:
        """Of the answers: whoever confirms says by it what they have read."""
        return hashlib.sha256(json.dumps(self.answers, sort_keys=True).encode()).hexdigest()
