"""Topics: a tree of fields of technology and of markets, with labels in every language of the platform."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

#: generations of the tree; deeper ones nobody finds their way in
MOST_LEVELS = 5
#: characters of all other words of one label
LONGEST_SYNONYMS = 1000


class TopicQuerySet(models.QuerySet["Topic"]):
    @staticmethod
    def in_use_q(prefix: str = "") -> Q:
        """Can be chosen: was not merged into another."""
        return Q(**{f"{prefix}merged_into__isnull": True})

    def in_use(self) -> TopicQuerySet:
        return self.filter(self.in_use_q())

    def with_names(self) -> TopicQuerySet:
        """Loads what ``str`` of each needs."""
        return self.prefetch_related("labels")

    @transaction.atomic
    def add(self, *, labels: Mapping[str, str], parent: Topic | None = None, code: str = "") -> Topic:
        """A new topic below ``parent``; ``labels`` by language code."""
        topic = self.create(parent=parent, code=code or None)
        TopicLabel.objects.bulk_create(TopicLabel(topic=topic, language=code, text=labels[code]) for code in labels)
        above = TopicAncestor.objects.filter(topic=parent).values_list("ancestor_id", flat=True) if parent else []
        TopicAncestor.objects.bulk_create(TopicAncestor(topic=topic, ancestor_id=id) for id in [topic.pk, *above])
        return topic


class Topic(models.Model):
    """One field of technology or of a market. One row for all languages, so that a link to it is one for all.

    ``within`` holds the topic itself and all above it: what is about lasers is found under photonics too. It follows
    ``parent`` and is kept by the package's actions. A topic that was merged stays as a tombstone, so that an import
    by ``code`` finds where it went.
    """

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        null=True,
        blank=True,
        help_text=_("The code in a list of keywords, such as that of the Enterprise Europe Network."),
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("below")
    )
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    within = models.ManyToManyField(
        "self",
        through="TopicAncestor",
        through_fields=("topic", "ancestor"),
        symmetrical=False,
        related_name="contained",
        editable=False,
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["pk"]

    def __str__(self) -> str:
        models.prefetch_related_objects([self], "labels")  # asked once, however often the name is said
        labels = {label.language: label.text for label in self.labels.all()}
        return labels.get(readers_language()) or next(iter(labels.values()), self.code or "")

    def get_absolute_url(self) -> str:
        return reverse("hanse_members:topic", args=[self.pk])


class TopicAncestor(models.Model):
    """``ancestor`` is ``topic`` itself or one above it."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="lineage")
    ancestor = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="branch")

    class Meta:
        verbose_name = _("place of a topic")
        verbose_name_plural = _("places of topics")
        constraints = [models.UniqueConstraint(fields=["topic", "ancestor"], name="hanse_members_ancestor_once")]

    def __str__(self) -> str:
        return f"{self.topic_id} < {self.ancestor_id}"


class TopicLabel(models.Model):
    """What a topic is called in one language. ``synonyms`` are further words, one a line, by which it is found."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="labels")
    language = models.CharField(_("language"), max_length=10)
    text = models.CharField(_("label"), max_length=120)
    synonyms = models.TextField(_("other words"), max_length=LONGEST_SYNONYMS, blank=True)

    class Meta:
        verbose_name = _("label of a topic")
        verbose_name_plural = _("labels of topics")
        constraints = [models.UniqueConstraint(fields=["topic", "language"], name="hanse_members_topic_label_once")]
        indexes = [models.Index(fields=["language", "text"], name="hanse_members_topic_by_label")]

    def __str__(self) -> str:
        return self.text


def topic_labels(ids: Collection[int]) -> dict[int, str]:
    """Labels by topic in the reader's language, else in any that there is: one query."""
    if not ids:
        return {}
    found: dict[int, str] = {}
    wanted = readers_language()
    for topic, language, text in TopicLabel.objects.filter(topic__in=ids).values_list("topic", "language", "text"):
        if topic not in found or language == wanted:
            found[topic] = text
    return found


def clean_synonyms(text: str) -> str:
    """One a line, each once, as many as there is room for."""
    lines: dict[str, str] = {}
    for line in text.splitlines():
        if word := " ".join(line.split()):
            lines.setdefault(word.casefold(), word)
    kept = ""
    for word in lines.values():
        if len(kept) + 1 + len(word) <= LONGEST_SYNONYMS:
            kept = f"{kept}\n{word}" if kept else word
    return kept


def readers_language() -> str:
    """The reader's language, without its country."""
    return (get_language() or "").split("-")[0]
