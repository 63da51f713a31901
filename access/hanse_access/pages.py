"""Pages under the rule."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageManager, Revision
from wagtail.models.pages import PagePermissionTester
from wagtail.query import PageQuerySet
from wagtail.url_routing import RouteResult

from .actions import change_audience
from .models import AudienceProposal, AudienceScope, PageAudience, Scoped
from .page_births import first_audience
from .page_closed import is_closed_to
from .page_content import PUBLIC_MEDIA_ERROR, fields_with_public_media
from .page_forms import ScopedPageForm
from .page_stakes import page_stake_q, page_stakeholders
from .scopes import EDITORS, PUBLIC, Scope
from .viewer import Viewer, current_viewer


class ScopedPageQuerySet(PageQuerySet):
    """Pages of one scoped type. ``visible_to`` is the only way to fetch for a person."""

    def visible_to(self, viewer: Viewer, *, now: datetime | None = None):
        return self.filter(self.model.visible_q(viewer, now=now))

    def shown(self, *, now: datetime | None = None):
        """Published and not expired. Lists for readers add it, so that a stake does not put drafts among them."""
        return self.filter(self.model.shown_q(now or timezone.now()))


ScopedPageManager = PageManager.from_queryset(ScopedPageQuerySet, "ScopedPageManager")


class ScopedPagePermissionTester(PagePermissionTester):
    """Who sees the page is said by its audience alone: Wagtail's own restrictions would be a second rule beside it.

    Page permissions end before pages for closed circles, which Wagtail reads here past its policy.
    """

    def __init__(self, user, page):
        super().__init__(user, page)
        if getattr(self, "permissions", None) and is_closed_to(user, page):
            self.permissions = set()

    def can_set_view_restrictions(self):
        return False


class ScopedPageMixin(Scoped):
    """Makes a page type follow the rule: ``class NewsPage(ScopedPageMixin, Page)``.

    A new page is seen by its editors only, an alias or translation by whom its siblings are seen, a copy by whom the
    original was seen. What is set later with ``change_audience`` holds for aliases and translations too, at once.
    """

    audience_path = "page_audience__audience"
    base_form_class = ScopedPageForm
    #: set by the form: the scopes that come into force with this save
    audience_to_be: Collection[Scope] | None = None
    objects = ScopedPageManager()

    class Meta:
        abstract = True

    @classmethod
    def shown_q(cls, now: datetime, prefix: str = "") -> Q:
        return shown_page_q(now, prefix)

    @classmethod
    def stake_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        """Owners, reviewers of a workflow, and those with page permissions on the page or above it."""
        return page_stake_q(viewer, prefix) if viewer.user is not None else Q(pk__in=[])

    def stakeholders(self) -> QuerySet:
        return page_stakeholders(self)

    @classmethod
    def proposed_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        return proposed_page_q(viewer, prefix)

    def is_visible_to(self, viewer: Viewer) -> bool:
        return type(self).objects.filter(pk=self.pk).visible_to(viewer).exists()

    def audience_holders(self) -> QuerySet[PageAudience]:
        """The audience rows of this page, its aliases, its translations, and theirs."""
        return PageAudience.objects.filter(page__in=page_family([self.pk]))

    def proposal_anchor(self) -> Page:
        """The oldest page of the family."""
        return Page.objects.get(pk=page_family([self.pk])[0]).specific

    def audience_changeable_by(self, user) -> bool:
        return self.permissions_for_user(user).can_edit()

    @classmethod
    def default_scopes(cls, user, parent: Page) -> Collection[Scope]:
        """What the form of a new page below ``parent`` offers first. Override to save people a choice."""
        return {EDITORS}

    def save_revision(self, *args, **kwargs):
        """Follows a choice of the editor's form first, so that nothing new is seen by a wider audience than wanted."""
        scopes, by = self.__dict__.pop("chosen_audience", (None, None))
        if scopes:
            change_audience(self, scopes=scopes, by=by)
        return super().save_revision(*args, **kwargs)

    def permissions_for_user(self, user):
        return ScopedPagePermissionTester(user, self)

    def audience_stored(self) -> None:
        self.audience_to_be = None
        self.page_audience.refresh_from_db()

    def present_scopes(self) -> Collection[Scope]:
        """The scopes in force, for a page without a row those it will begin with."""
        row = PageAudience.objects.filter(page=self.pk).select_related("audience").first() if self.pk else None
        return (row.audience if row else first_audience(self)).scope_set

    def clean(self):
        """Raises ValidationError at the fields with media that anybody could open, on a page that is not public."""
        super().clean()
        if fields := fields_with_public_media(self):
            scopes = self.audience_to_be if self.audience_to_be is not None else self.present_scopes()
            if PUBLIC not in scopes:
                raise ValidationError(dict.fromkeys(sorted(fields), PUBLIC_MEDIA_ERROR))

    def check_audience(self, scopes: Collection[Scope]) -> None:
        """An audience that is not public needs content without public media, in all that is or will be published."""
        if PUBLIC in scopes:
            return
        if fields := fields_with_public_media(self):
            raise ValidationError(dict.fromkeys(sorted(fields), PUBLIC_MEDIA_ERROR))
        self.check_other_versions(replaces_live=True)

    def check_other_versions(self, *, replaces_live: bool) -> None:
        """Aliases, translations and scheduled revisions, and the live row unless this instance replaces it.

        Raises ValidationError if one of them has media that anybody could open.
        """
        family = page_family([self.pk])
        others = Page.objects.filter(pk__in=family)
        others = others.exclude(pk=self.pk) if replaces_live else others.filter(Q(live=True) | ~Q(pk=self.pk))
        scheduled = Revision.page_revisions.filter(
            object_id__in=[str(pk) for pk in family], approved_go_live_at__isnull=False
        )
        versions = [*others.specific(), *(revision.as_object() for revision in scheduled)]
        if any(fields_with_public_media(version) for version in versions):
            raise ValidationError(
                _(
                    "The published or a scheduled version, or another language of this page, contains public images, "
                    "documents or embedded media. Please publish a version without them first."
                )
            )

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """A page hidden from the viewer is not there. Raises Http404 then, as for a page that never was."""
        result = super().route(request, path_components)
        if result.page.pk == self.pk and not self.is_visible_to(viewer_of(request)):
            raise Http404
        return result


def viewer_of(request: HttpRequest) -> Viewer:
    return getattr(request, "viewer", None) or current_viewer()


def shown_page_q(now: datetime, prefix: str = "") -> Q:
    return Q(**{f"{prefix}live": True, f"{prefix}expired": False}) & (
        Q(**{f"{prefix}expire_at": None}) | Q(**{f"{prefix}expire_at__gt": now})
    )


def proposed_page_q(viewer: Viewer, prefix: str = "") -> Q:
    """Pages proposed to a scope for which the viewer decides, and their translations and aliases."""
    waiting = AudienceProposal.objects.waiting().decided_by(viewer)
    anchors = waiting.filter(content_type__in=scoped_content_type_ids()).values("object_id")
    keys = Page.objects.order_by().filter(pk__in=anchors).values("translation_key")
    return Q(**{f"{prefix}translation_key__in": keys}) | Q(**{f"{prefix}alias_of__translation_key__in": keys})


def visible_only(viewer: Viewer, pages: Iterable[Page | None]) -> list[Page]:
    """Those of these pages that the viewer may see, in their order: for blocks and lists of chosen pages. One query."""
    pages = [page for page in pages if page is not None]
    wanted = Page.objects.filter(pk__in=[page.pk for page in pages])
    seen = set(visible_pages(viewer, wanted).values_list("pk", flat=True)) if pages else set()
    return [page for page in pages if page.pk in seen]


@functools.cache
def _page_types() -> list[type[Page]]:
    return [model for model in apps.get_models() if issubclass(model, Page)]


def scoped_page_types() -> list[type[ScopedPageMixin]]:
    return [model for model in _page_types() if issubclass(model, ScopedPageMixin)]


def scoped_content_type_ids() -> list[int]:
    types = ContentType.objects.get_for_models(*scoped_page_types())
    return [content_type.pk for content_type in types.values()]


def public_page_ids() -> QuerySet:
    """Ids of the scoped pages whose audience includes the public."""
    public = AudienceScope.objects.filter(kind=PUBLIC.kind, object_id=PUBLIC.id).values("audience_id")
    return PageAudience.objects.filter(audience__in=public).values("page_id")


def closed_page_ids() -> QuerySet:
    """Ids of the pages that are not public: by audience, without a row, over in time, or not shown by their type."""
    now = timezone.now()
    over = Q(expire_at__lte=now)
    closed = Q(content_type__in=scoped_content_type_ids()) & (~Q(pk__in=public_page_ids()) | over)
    for model in _types_with_own("shown_q"):
        closed |= Q(pk__in=model.objects.order_by().exclude(model.shown_q(now)).values("pk"))
    return Page.objects.order_by().filter(closed).values("pk")


def can_be_closed(model: type[Page]) -> bool:
    """Whether a query set of this type can hold pages of ``closed_page_ids``: scoped ones, or with a ``shown_q``."""
    types = {*scoped_page_types(), *_types_with_own("shown_q")}
    return any(issubclass(closed, model) or issubclass(model, closed) for closed in types)


def visible_pages(viewer: Viewer, queryset: PageQuerySet | None = None, *, now: datetime | None = None):
    """Pages of any type that this viewer may see. Types that do not follow the rule are public while they are live.

    Such a type may say by a ``shown_q`` of its own, as scoped types do, which of its live pages are there at all.
    """
    queryset = Page.objects.all() if queryset is None else queryset
    return queryset.filter(visible_page_q(viewer, now=now))


def visible_page_q(viewer: Viewer, *, now: datetime | None = None, prefix: str = "") -> Q:
    """``visible_pages`` as a Q, for what refers to a page."""
    visible = admitted_page_q(viewer, now=now, prefix=prefix)
    if viewer.user is None:
        return visible
    own = {model: model.stake_q(viewer) for model in _types_with_own("stake_q")}
    return visible | _by_type(own, page_stake_q(viewer, prefix), prefix)


def admitted_page_q(viewer: Viewer, *, now: datetime | None = None, prefix: str = "") -> Q:
    """Pages that the viewer sees without a stake in them, each by what its type says."""
    now = now or timezone.now()
    restricted = Q(**{f"{prefix}pk__in": Page.objects.private().values("pk")}) if prefix else Page.objects.private_q()
    scoped = Q(**{f"{prefix}content_type__in": scoped_content_type_ids()})
    admitted = Q(**{f"{prefix}page_audience__audience__in": viewer.admitted_ids})
    if viewer.decides:
        admitted |= proposed_page_q(viewer, prefix)
    visible = shown_page_q(now, prefix) & ((scoped & admitted) | (~scoped & ~restricted))
    own = {
        model: model.admitted_q(viewer, now=now)
        for model in _types_with_own("shown_q", "proposed_q", "admitted_q")
        if issubclass(model, ScopedPageMixin)
    }
    return _by_type(own, visible, prefix)


def _types_with_own(*hooks: str) -> list[Any]:
    """Page types that say more of who sees them than ``ScopedPageMixin``, or for open types than nothing, says."""
    usual = {getattr(getattr(ScopedPageMixin, hook), "__func__", None) for hook in hooks}
    return [
        model
        for model in _page_types()
        if any(getattr(getattr(model, hook, None), "__func__", None) not in {None, *usual} for hook in hooks)
    ]


def _by_type(own: Mapping[Any, Q], others: Q, prefix: str) -> Q:
    """Each of these types by its own rule, ``others`` for the rest.

    A list of pages of all types asks by a sub-query a type, so that the number of queries stays what it was.
    """
    if not own:
        return others
    types = {model: content_type.pk for model, content_type in ContentType.objects.get_for_models(*own).items()}
    found = others & ~Q(**{f"{prefix}content_type__in": list(types.values())})
    for model, rule in own.items():
        among = Exists(model.objects.order_by().filter(rule, pk=OuterRef(f"{prefix}pk")))
        found |= Q(among, **{f"{prefix}content_type": types[model]})
    return found


def page_family(page_ids: Iterable[int]) -> list[int]:
    """The pages that share one audience with any of these: aliases, their sources, and translations, transitively."""
    family: set[int] = set()
    found = set(page_ids)
    while found - family:
        family |= found
        related = Page.objects.order_by().filter(
            Q(alias_of__in=family)
            | Q(aliases__in=family)
            | Q(translation_key__in=Page.objects.filter(pk__in=family).values("translation_key"))
        )
        found = set(related.values_list("pk", flat=True))
    return sorted(family)
