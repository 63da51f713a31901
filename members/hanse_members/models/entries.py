from __future__ import annotations

import re

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Lower
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..regions import REGIONS
from .clusters import Cluster, ClusterQuerySet
from .topics import Topic


def website_key(address: str) -> str:
    """An address by which a website is known again: without scheme and "www.", host in lower case."""
    address = re.sub(r"^[a-z]+://", "", address.strip(), flags=re.IGNORECASE)
    host, slash, path = address.partition("/")
    return f"{host.lower().removeprefix('www.')}{slash}{path}".rstrip("/")


def entry_key(website: str, name: str) -> str:
    """What the rows of a table are known again by: the web address, without one the name."""
    return website or name.casefold()


#: the year from which a cluster can be founded; older guilds are no clusters
EARLIEST = 1800


class Part(models.TextChoices):
    HERE = "here", _("Take part here")
    ELSEWHERE = "elsewhere", _("Elsewhere")


class ClusterEntryQuerySet(models.QuerySet["ClusterEntry"]):
    def with_facts(self) -> ClusterEntryQuerySet:
        return self.prefetch_related("regions", "fields", "topics__labels")

    def claimable(self) -> ClusterEntryQuerySet:
        """No cluster of the platform has claimed it, whatever became of that cluster."""
        return self.filter(cluster=None)

    def listed(self) -> ClusterEntryQuerySet:
        """In the directory: of clusters that take part, and of all that are known from elsewhere.

        ``elsewhere`` says of each that it takes no part; ``part`` says the same as a word, see ``Part``. A cluster that
        takes no part any more is listed only if its entry was there before it came.
        """
        here = ClusterQuerySet.active_q("cluster__")
        part = Case(When(here, then=Value(Part.HERE)), default=Value(Part.ELSEWHERE), output_field=models.CharField())
        elsewhere = Case(When(here, then=False), default=True, output_field=models.BooleanField())
        known = Q(cluster=None) | ~Q(key="")
        return self.filter(here | known).annotate(elsewhere=elsewhere, part=part)


class ClusterEntry(models.Model):
    """What is publicly known of a cluster, whether it takes part in the platform or not.

    Figures are those of ``source`` and of the time ``as_of``, never estimated. ``cluster`` is set once a cluster has
    claimed its entry: from then on its managers say what stands here, and ``source`` is empty for what they say
    themselves. ``key`` is what the import knows the entry by, whatever its web address became since.
    """

    class Exactness(models.TextChoices):
        EXACT = "exact", _("exactly")
        ABOUT = "about", _("about")
        AT_LEAST = "at_least", _("more than")

    name = models.CharField(_("name"), max_length=150)
    other_names = models.JSONField(_("other names"), default=list, blank=True)
    website = models.CharField(_("web address"), max_length=200, blank=True, help_text=_("Without https:// and www."))
    region_text = models.CharField(_("region"), max_length=200, blank=True)
    founded = models.PositiveSmallIntegerField(
        _("founded"), null=True, blank=True, validators=[MinValueValidator(EARLIEST)]
    )
    members = models.PositiveIntegerField(_("members"), null=True, blank=True)
    members_exactness = models.CharField(_("how exact"), max_length=10, choices=Exactness, default=Exactness.EXACT)
    members_note = models.CharField(_("note on the members"), max_length=150, blank=True)
    smes = models.PositiveIntegerField(_("of which small and medium-sized"), null=True, blank=True)
    as_of = models.CharField(_("as of"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    carrier = models.CharField(
        _("carrier"), max_length=150, blank=True, help_text=_("The association, company or authority behind it.")
    )
    legal_form = models.CharField(_("legal form"), max_length=80, blank=True)
    management = models.TextField(
        _("people in the management"),
        max_length=600,
        blank=True,
        help_text=_("One in each line, with the function. Everybody reads it: name those who agreed."),
    )
    office = models.TextField(
        _("office"), max_length=300, blank=True, help_text=_("Address and telephone number, for everybody to read.")
    )
    bodies = models.TextField(
        _("bodies"), max_length=600, blank=True, help_text=_("Board, advisory board, working groups: one in each line.")
    )
    quality_label = models.CharField(
        _("quality label"), max_length=100, blank=True, help_text=_("Such as the label of a cluster programme.")
    )
    partners = models.TextField(_("partners"), max_length=600, blank=True, help_text=_("One in each line."))
    key = models.CharField(max_length=200, blank=True, editable=False, default="")
    topics = models.ManyToManyField(Topic, through="EntryTopic", related_name="+", blank=True, verbose_name=_("topics"))
    cluster = models.OneToOneField(
        Cluster, on_delete=models.SET_NULL, related_name="entry", null=True, blank=True, verbose_name=_("cluster")
    )

    objects = ClusterEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry in the directory of clusters")
        verbose_name_plural = _("entries in the directory of clusters")
        ordering = [Lower("name")]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="hanse_members_entry_key_once"),
            models.UniqueConstraint(
                fields=["website"], condition=~Q(website=""), name="hanse_members_entry_website_once"
            ),
            models.CheckConstraint(
                condition=Q(smes__isnull=True) | Q(members__isnull=True) | Q(smes__lte=models.F("members")),
                name="hanse_members_entry_smes_among_members",
            ),
        ]
        indexes = [models.Index(Lower("name"), "id", name="hanse_members_entry_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        if not self.key and self.cluster_id is None:
            self.key = entry_key(self.website, self.name)
        super().save(*args, **kwargs)

    @property
    def website_url(self) -> str:
        return f"https://www.{self.website}" if self.website.count(".") == 1 else f"https://{self.website}"

    @property
    def members_text(self) -> str:
        """The number of members with its exactness, in the active language; empty when it is not known."""
        if self.members is None:
            return ""
        text = ngettext("%(number)s member", "%(number)s members", self.members)
        text %= {"number": number_format(self.members, use_l10n=True, force_grouping=True)}
        if self.members_exactness == self.Exactness.EXACT:
            return text
        return f"{self.get_members_exactness_display()} {text}"


class EntryRegion(models.Model):
    """A region of an entry, by its code of ISO 3166."""

    entry = models.ForeignKey(ClusterEntry, on_delete=models.CASCADE, related_name="regions")
    code = models.CharField(_("region"), max_length=6, choices=list(REGIONS.items()))

    class Meta:
        verbose_name = _("region of an entry")
        verbose_name_plural = _("regions of entries")
        constraints = [models.UniqueConstraint(fields=["entry", "code"], name="hanse_members_entry_region_once")]
        indexes = [models.Index(fields=["code"], name="hanse_members_entry_region")]

    def __str__(self) -> str:
        return self.code


class EntryField(models.Model):
    """A field of work of an entry, in the words of its source."""

    entry = models.ForeignKey(ClusterEntry, on_delete=models.CASCADE, related_name="fields")
    name = models.CharField(_("field"), max_length=150)

    class Meta:
        verbose_name = _("field of an entry")
        verbose_name_plural = _("fields of entries")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "name"], name="hanse_members_entry_field_once")]
        indexes = [models.Index(fields=["name"], name="hanse_members_entry_field")]

    def __str__(self) -> str:
        return self.name


class EntryTopic(models.Model):
    """A topic of an entry."""

    entry = models.ForeignKey(ClusterEntry, on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("topic of an entry")
        verbose_name_plural = _("topics of entries")
        constraints = [models.UniqueConstraint(fields=["entry", "topic"], name="hanse_members_entry_topic_once")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.topic_id}"
