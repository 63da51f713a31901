from __future__ import annotations

import hashlib
from functools import cached_property

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.coreutils import get_content_languages
from wagtail.models import Collection

from .. import colours
from ..host_names import clean_host_name

DEFAULT_ACCENT = "#9c3722"


def all_languages() -> list[str]:
    """Codes of the languages that the installation publishes in."""
    return list(get_content_languages())


class ClusterQuerySet(models.QuerySet["Cluster"]):
    @staticmethod
    def active_q(prefix: str = "") -> Q:
        """Takes part: its members hold its scope, its pages are served."""
        return Q(**{f"{prefix}state": Cluster.State.ACTIVE})

    def active(self) -> ClusterQuerySet:
        return self.filter(self.active_q())

    def delete(self):
        """Refused: the id of a cluster stands in audiences and must never come back as another one."""
        raise models.ProtectedError("Clusters are closed, never deleted.", set(self))


class Cluster(models.Model):
    """A managed network. Its row, its id and its slug stay for good: a cluster that ends is closed."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed for good")

    name = models.CharField(_("name"), max_length=100, unique=True)
    short_name = models.CharField(
        _("short name"), max_length=40, blank=True, help_text=_("Where space is short. Empty: the name.")
    )
    slug = models.SlugField(
        _("address"),
        max_length=50,
        unique=True,
        help_text=_("Part of the cluster's web address. It can never be changed or used again."),
    )
    languages = models.JSONField(
        _("languages"), default=all_languages, help_text=_("The languages that this cluster publishes in.")
    )
    contact_email = models.EmailField(
        _("e-mail address of the office"), blank=True, help_text=_("Shown to everybody on the entry page.")
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default=DEFAULT_ACCENT,
        validators=[RegexValidator(colours.HEX, _("Enter a colour as # and six digits or letters a to f."))],
    )
    accent_dark = models.CharField(
        _("accent colour in dark mode"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(colours.HEX, _("Enter a colour as # and six digits or letters a to f."))],
        help_text=_("Empty: a lighter tone of the accent colour."),
    )
    logo_has_name = models.BooleanField(
        _("the logo shows the name"),
        default=False,
        help_text=_("Then the name does not stand beside it once more."),
    )
    accepts_shared_items = models.BooleanField(
        _("takes proposed items over without asking"),
        default=False,
        help_text=_("What other clusters propose is shown to the members at once, without a decision."),
    )
    host_name = models.CharField(
        _("own host name"),
        max_length=253,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Serves the public pages of this cluster. The name must point here, with a certificate."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE, editable=False)
    notice_at = models.DateTimeField(_("notice given"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    collection = models.OneToOneField(
        Collection, on_delete=models.PROTECT, related_name="+", null=True, editable=False, verbose_name=_("collection")
    )
    editors_group = models.OneToOneField(
        Group, on_delete=models.PROTECT, related_name="+", null=True, editable=False, verbose_name=_("group of editors")
    )
    managers_group = models.OneToOneField(
        Group,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("group of managers"),
    )

    objects = ClusterQuerySet.as_manager()

    class Meta:
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")
        ordering = [Lower("name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Keeps the slug for good. Raises ValueError for a changed one, ValidationError for an unreadable accent."""
        if self._slug_differs():
            raise ValueError("the slug of a cluster never changes")
        self._clean_accents()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The entry page, whatever the language of the reader."""
        return reverse("hanse_members:cluster", args=[self.slug])

    def delete(self, *args, **kwargs):
        """Refused: the id of a cluster stands in audiences and must never come back as another one."""
        raise models.ProtectedError("Clusters are closed, never deleted.", {self})

    def clean(self) -> None:
        super().clean()
        if self._slug_differs():
            raise ValidationError({"slug": _("The address of a cluster cannot be changed.")})
        self._clean_host_name()
        self._clean_languages()
        self._clean_accents()

    def _slug_differs(self) -> bool:
        """From the stored one."""
        return self.pk is not None and Cluster.objects.filter(pk=self.pk).exclude(slug=self.slug).exists()

    def _clean_host_name(self) -> None:
        try:
            self.host_name = clean_host_name(self.host_name) if self.host_name else None
        except ValidationError as problem:
            raise ValidationError({"host_name": problem}) from problem

    def _clean_languages(self) -> None:
        known = all_languages()
        if not self.languages or not set(self.languages) <= set(known):
            raise ValidationError({"languages": _("Choose at least one of the platform's languages.")})
        self.languages = [code for code in known if code in self.languages]

    def _clean_accents(self) -> None:
        """Both accents must be readable in their colour set. The one for dark mode is made when left empty."""
        if not colours.HEX.fullmatch(self.accent):
            return
        errors = {}
        if not colours.is_readable(self.accent, colours.LIGHT):
            errors["accent"] = self._too_weak(self.accent, colours.LIGHT)
        if not self.accent_dark:
            self.accent_dark = colours.readable_on_dark(self.accent)
        elif colours.HEX.fullmatch(self.accent_dark) and not colours.is_readable(self.accent_dark, colours.DARK):
            errors["accent_dark"] = self._too_weak(self.accent_dark, colours.DARK)
        if errors:
            raise ValidationError(errors)

    @staticmethod
    def _too_weak(accent: str, surfaces: colours.Surfaces) -> ValidationError:
        return ValidationError(
            _("Too hard to read: the contrast is %(contrast)s to 1 and must be at least %(least)s to 1."),
            code="contrast",
            params={
                "contrast": f"{colours.least_contrast(accent, surfaces):.1f}",
                "least": f"{colours.LEAST_CONTRAST:.1f}",
            },
        )

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def label(self) -> str:
        """The name for narrow places."""
        return self.short_name or self.name

    @cached_property
    def theme_version(self) -> str:
        return hashlib.sha256(f"{self.accent}{self.accent_dark}".encode()).hexdigest()[:12]

    @property
    def theme_url(self) -> str:
        """The style sheet with this cluster's accent; another colour has another address."""
        return f"{reverse('hanse_members:theme', args=[self.slug])}?v={self.theme_version}"
