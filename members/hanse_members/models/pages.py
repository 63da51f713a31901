from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.models.pages import PagePermissionTester

from hanse_access.blocks import PrivateImageBlock
from hanse_access.page_forms import UsableContentForm
from hanse_access.pages import shown_page_q, viewer_of

from ..blocks import ClusterFiguresBlock, ClusterSectionBlock, OrganisationMapBlock
from ..site_blocks import SITE_BLOCKS
from .clusters import Cluster

#: the rich text features of entry pages: no images, documents or embeds of Wagtail, which know no audience
TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul"]


class TitlePanel(TitleFieldPanel):
    """Wagtail's, without the script that would fill an address field which these pages do not have."""

    class BoundPanel(TitleFieldPanel.BoundPanel):
        def get_attrs(self):
            return {"placeholder": self.get_placeholder()}


TITLE_PANEL = TitlePanel("title")


class FixedPagePermissionTester(PagePermissionTester):
    """For pages that the platform made and needs where they are: editors fill them and no more."""

    def can_delete(self, ignore_bulk=False):
        return False

    def can_move(self):
        return False

    def can_copy(self):
        return False

    def can_unpublish(self):
        return False

    def can_set_view_restrictions(self):
        return False


class FixedPageMixin:
    """A page that is made by an action, has a fixed address and cannot be deleted, moved, copied or taken offline.

    Each such model says ``is_creatable = False`` itself: Wagtail takes it from no other class.
    """

    def permissions_for_user(self, user):
        return FixedPagePermissionTester(user, self)


class OpenPagePermissionTester(PagePermissionTester):
    """For pages that are for everybody: a restriction of Wagtail's would be a second rule, and is not offered."""

    def can_set_view_restrictions(self):
        return False


class ClusterIndexPage(FixedPageMixin, Page):
    """The directory of the clusters, at /<language>/c/. Made with the first cluster."""

    lead = models.TextField(_("introduction"), max_length=300, blank=True)

    is_creatable = False
    content_panels = [TITLE_PANEL, FieldPanel("lead")]
    promote_panels = [MultiFieldPanel([FieldPanel("seo_title"), FieldPanel("search_description")], _("Search engines"))]
    subpage_types = ["hanse_members.ClusterPage"]
    template = "hanse_members/cluster_index_page.html"

    class Meta:
        verbose_name = _("directory of clusters")
        verbose_name_plural = _("directories of clusters")

    def serve(self, request, *args, **kwargs):
        from ..entry_lists import EntryList

        context = self.get_context(request, *args, **kwargs)
        return EntryList(request, self.locale).render(self.get_template(request), context)


#: what the text of all pages of clusters is made of
BODY_BLOCKS = [
    ("heading", blocks.CharBlock(max_length=120, icon="title", label=_("Heading"), form_classname="title")),
    ("paragraph", blocks.RichTextBlock(features=TEXT_FEATURES, icon="pilcrow", label=_("Text"))),
    ("image", PrivateImageBlock()),
    ("section", ClusterSectionBlock()),
    ("figures", ClusterFiguresBlock()),
    ("map", OrganisationMapBlock()),
    *SITE_BLOCKS,
]


class ClusterPage(FixedPageMixin, Page):
    """The entry page of a cluster, at /<language>/c/<slug>/. One in each language, made by ``create_cluster``."""

    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="pages", editable=False, verbose_name=_("cluster")
    )
    kicker = models.CharField(
        _("field and region"), max_length=120, blank=True, help_text=_("One line above the heading.")
    )
    tagline = models.CharField(
        _("heading"), max_length=120, blank=True, help_text=_("What the cluster is, in one sentence. Empty: its name.")
    )
    lead = models.TextField(
        _("introduction"), max_length=300, blank=True, help_text=_("Two sentences below the heading.")
    )
    body = StreamField(BODY_BLOCKS, verbose_name=_("content"), blank=True)

    is_creatable = False
    content_panels = [
        TITLE_PANEL,
        MultiFieldPanel([FieldPanel("kicker"), FieldPanel("tagline"), FieldPanel("lead")], _("Head of the page")),
        FieldPanel("body"),
    ]
    promote_panels = ClusterIndexPage.promote_panels
    parent_page_types = ["hanse_members.ClusterIndexPage"]
    base_form_class = UsableContentForm
    template = "hanse_members/cluster_page.html"

    class Meta:
        verbose_name = _("entry page of a cluster")
        verbose_name_plural = _("entry pages of clusters")

    def full_clean(self, *args, **kwargs):
        self.slug = self.cluster.slug
        super().full_clean(*args, **kwargs)

    def minimal_clean(self):
        self.slug = self.cluster.slug
        super().minimal_clean()

    @classmethod
    def shown_q(cls, now, prefix=""):
        """For links, choosers, redirects and the sitemap: what ``route`` says of one page."""
        return shown_page_q(now, prefix) & Cluster.objects.active_q(f"{prefix}cluster__")

    def route(self, request, path_components):
        """A cluster that takes no part has no pages: neither this one nor any below it."""
        if not self.cluster.is_active:
            raise Http404
        return super().route(request, path_components)

    def get_context(self, request, *args, **kwargs):
        from ..actions.entries import may_edit_facts
        from ..cluster_frame import cluster_frame
        from ..facts import entry_of, facts_of
        from ..first_contact import first_contact_of
        from ..memberships import standing_of
        from ..sections import figures_of

        placed = any(block.block_type == "facts" for block in self.body)
        entry = None if placed else entry_of(self.cluster)
        return {
            **super().get_context(request, *args, **kwargs),
            **cluster_frame(self, request),
            "facts": facts_of(entry) if entry is not None else None,
            "may_edit_facts": request.user.is_authenticated and may_edit_facts(request.user, self.cluster),
            "figures": figures_of(self.cluster),
            "first_contact": first_contact_of([self.cluster], about=self.cluster, viewer=viewer_of(request)),
            "standing": standing_of(request.user, self.cluster),
            "may_edit": self.permissions_for_user(request.user).can_edit(),
        }


class ClusterContentPage(Page):
    """A page of a cluster's own below its entry page, for everybody: about us, how to join, its imprint.

    What only some shall read is a piece of news or belongs into a room.
    """

    class Purpose(models.TextChoices):
        NONE = "", _("A page like any other")
        IMPRINT = "imprint", _("Imprint of the cluster")
        PRIVACY = "privacy", _("Privacy statement of the cluster")
        ACCESSIBILITY = "accessibility", _("Accessibility statement of the cluster")

    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("cluster")
    )
    lead = models.TextField(_("introduction"), max_length=300, blank=True)
    body = StreamField(BODY_BLOCKS, verbose_name=_("content"), blank=True)
    purpose = models.CharField(
        _("what it is for"),
        max_length=13,
        choices=Purpose,
        default=Purpose.NONE,
        blank=True,
        help_text=_("An imprint and the like stand in the footer of all pages of the cluster, before the platform's."),
    )

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    promote_panels = [
        MultiFieldPanel([FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")], _("Address")),
        MultiFieldPanel([FieldPanel("show_in_menus"), FieldPanel("purpose")], _("Where it is linked")),
    ]
    parent_page_types = ["hanse_members.ClusterPage", "hanse_members.ClusterContentPage"]
    base_form_class = UsableContentForm
    subpage_types = ["hanse_members.ClusterContentPage"]
    template = "hanse_members/cluster_content_page.html"

    class Meta:
        verbose_name = _("page of a cluster")
        verbose_name_plural = _("pages of clusters")

    def save(self, *args, **kwargs):
        self._derive()
        super().save(*args, **kwargs)

    def full_clean(self, *args, **kwargs):
        self._derive()
        super().full_clean(*args, **kwargs)

    def clean(self):
        super().clean()
        if self.purpose and self._others().exists():
            message = _("The cluster has a page for this already in this language.")
            raise ValidationError({"purpose": message}, code="unique")

    def _others(self):
        same = ClusterContentPage.objects.filter(cluster=self.cluster_id, locale=self.locale_id, purpose=self.purpose)
        return same.exclude(pk=self.pk)

    def _derive(self) -> None:
        """The cluster from the tree. Waits until the parent is known."""
        from ..cluster_frame import cluster_page_of

        entry = cluster_page_of(self) if self.path else None
        if entry is not None:
            self.cluster = entry.cluster

    @classmethod
    def shown_q(cls, now, prefix=""):
        """As the entry page, which ``route`` passes first."""
        return shown_page_q(now, prefix) & Cluster.objects.active_q(f"{prefix}cluster__")

    def permissions_for_user(self, user):
        return OpenPagePermissionTester(user, self)

    def route(self, request, path_components):
        """At its time a page is over, whether or not the worker has taken it offline."""
        result = super().route(request, path_components)
        if result.page.pk == self.pk and self.expire_at is not None and self.expire_at <= timezone.now():
            raise Http404
        return result

    def get_context(self, request, *args, **kwargs):
        from ..cluster_frame import cluster_frame

        return {
            **super().get_context(request, *args, **kwargs),
            **cluster_frame(self, request),
            "may_edit": self.permissions_for_user(request.user).can_edit(),
        }
