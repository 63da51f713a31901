from __future__ import annotations

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from ..roles import Role
from .brought import Brought, LostQuerySet
from .clusters import Cluster
from .memberships import LONGEST_TEXT

LONGEST_NAME = 200


class PeopleImport(Brought):
    """A list of people that a manager brings, to look through and then to invite. Kept for a short time only.

    ``role``, ``language`` and ``message`` are those of the invitations that come of it.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("looked through")
        INVITING = "inviting", _("being invited")
        DONE = "done", _("invited")
        FAILED = "failed", _("not done")

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+", verbose_name=_("cluster"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    language = models.CharField(_("language of the mail"), max_length=10)
    message = models.TextField(_("personal message"), max_length=LONGEST_TEXT, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKED)
    started_at = models.DateTimeField(_("being invited since"), null=True, blank=True)

    objects = models.Manager.from_queryset(LostQuerySet)()

    class Meta(Brought.Meta):
        verbose_name = _("list of people")
        verbose_name_plural = _("lists of people")

    @property
    def is_under_way(self) -> bool:
        return self.state == self.State.INVITING

    @property
    def can_invite(self) -> bool:
        """Looked through, or the last try came to nothing."""
        return self.state in {self.State.CHECKED, self.State.FAILED}

    def count_verdicts(self) -> dict[str, int]:
        counted = self.rows.order_by().values_list("verdict").annotate(number=Count("pk"))
        return dict.fromkeys(PeopleImportRow.Verdict.values, 0) | dict(counted)


class PeopleImportRow(models.Model):
    """One row of the file, what it was found to be, and what became of it. ``number`` counts from the heading, 1."""

    class Verdict(models.TextChoices):
        NEW = "new", _("new")
        KNOWN = "known", _("known in the own cluster")
        DOUBLE = "double", _("double")
        FAULTY = "faulty", _("faulty")

    class Outcome(models.TextChoices):
        INVITED = "invited", _("invited")
        LEFT_OUT = "left_out", _("known by then, left out")

    class Note(models.TextChoices):
        """Why. The last four are what a cluster's own management may be told of an address."""

        NO_ADDRESS = "no_address", _("there is no address")
        BAD_ADDRESS = "bad_address", _("this is no e-mail address")
        APPROVED = "approved", _("is a member already")
        APPLIED = "applied", _("has applied already; decide about it under “Applications”")
        SUSPENDED = "suspended", _("is suspended; admit the person again under “Memberships”")
        INVITED = "invited", _("is invited already")

    people_import = models.ForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    name = models.CharField(_("name"), max_length=LONGEST_NAME, blank=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    note = models.CharField(_("note"), max_length=20, choices=Note, blank=True)
    same_as = models.PositiveIntegerField(_("same as row"), null=True)
    outcome = models.CharField(_("what became of it"), max_length=10, choices=Outcome, blank=True)

    class Meta:
        verbose_name = _("row of a list of people")
        verbose_name_plural = _("rows of lists of people")
        ordering = ["number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["people_import", "number"], name="hanse_members_import_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.email}"

    @property
    def explanation(self) -> str:
        if self.same_as is not None:
            return _("as in row %(number)d") % {"number": self.same_as}
        return str(self.get_note_display())
