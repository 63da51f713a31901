"""Every page that people reach: accessible, nothing cut off, no error, no foreign request (fixture ``watch``)."""

import re
from collections.abc import Callable, Iterator
from itertools import cycle, repeat

import pytest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path as route
from django.urls import reverse

from hanse_members.models import ClusterPage, Enquiry, Membership, Profile
from hanse_news.models import NewsPage
from hanse_site import errors
from hanse_site import urls as site_urls
from hanse_site.demo import load as demo

from .crawl import ADMIN, LANGUAGES, LOOKS, Exemption, Inspector, Look, language_of, pages_reached

VISITOR, MEMBER, EDITOR, MANAGER, OPERATOR = None, "company.photonik", "editor.photonik", "manager.photonik", "operator"
#: whose profile has fields in every state
EXPERT = "expert.leichtbau"
#: no pages of ours, or only with a query
LEFT_OUT = ("/testapp/", "/admin/bulk/")
#: of the administration: what plugins add, and the people; but not what Wagtail makes alike for all of them
OWN_ADMIN = re.compile(
    r"^/admin/($|pages/add/|(hanse_\w+|access|private-files|reports/timed-jobs|users)/(?!history|usage))"
)
#: what Wagtail itself does and we cannot mend
EXEMPTIONS = [
    Exemption(
        path="^/admin/(images|documents)/multiple/add/$",
        rule="label",
        selector="#fileupload",
        reason="covers the area to drop files on, invisibly; the button in it has a name",
    ),
]


def as_page(answer):
    """Shows an error page without the error, which the browser would note."""
    return lambda request: HttpResponse(answer(request).content)


def missing_in_admin(request):
    return render(request, "wagtailadmin/404.html")


ERRORS = [errors.bad_request, errors.permission_denied, errors.csrf_failure, errors.page_not_found, errors.server_error]
urlpatterns = [
    *(route(f"errors/{error.__name__}/", as_page(error), name=error.__name__) for error in ERRORS),
    route("admin/not-found/", missing_in_admin, name="missing_in_admin"),
    *site_urls.urlpatterns,
]
handler404 = site_urls.handler404
ENTRANCES = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/confirm-email/x/"]
#: what no link leads to, or only for some
ACCOUNT = ["/accounts/reauthenticate/", "/accounts/2fa/webauthn/"]
UNLINKED = [f"/errors/{error.__name__}/" for error in ERRORS]
STARTS = {
    VISITOR: ["/en/", "/de/", "/patterns/", *ENTRANCES, *UNLINKED],
    MEMBER: ["/dashboard/", "/search/?q=laser", *ACCOUNT, "/errors/page_not_found/"],
    EDITOR: ["/dashboard/", "/proposals/", ADMIN, "/admin/not-found/"],
    MANAGER: ["/dashboard/", "/waiting/", "/waiting/absence/", "/enquiries/management/", ADMIN],
    OPERATOR: ["/dashboard/", ADMIN],
}
#: language and looks that a page is seen in
Way = tuple[str, list[Look]]


@pytest.fixture
def people(live_server, settings):
    settings.ROOT_URLCONF = __name__
    demo.load()
    return demo.load_personas()


@pytest.fixture
def inspector():
    return Inspector(EXEMPTIONS)


@pytest.fixture
def browse(people, open_as, inspector):
    """Walks the pages of a persona, each in the next way, and collects what is wrong."""

    def browse(persona: str | None, ways: Iterator[Way], known: set[str], follow: Callable[[str], bool]):
        # What a browser's locale says would go before what the walk asks for.
        page = open_as(people[persona] if persona else None, fresh=True, locale=None)
        found = {}
        starts = [*STARTS[persona], *OWN_PAGES.get(persona, list)()]
        for path in pages_reached(page, starts, known, follow):
            language, looks = next(ways)
            if problems := inspector.problems(page, path, language, looks):
                found[f"{persona or 'visitor'} {path}"] = problems
        return found

    return browse


def edited() -> list[str]:
    """The cluster's pages as its editors work on them: an entry page and a piece of news."""
    entry = ClusterPage.objects.get(cluster__slug="photonik-nord", locale__language_code="en")
    news = NewsPage.objects.descendant_of(entry).first()
    return [f"/admin/pages/{entry.pk}/", f"/admin/pages/{entry.pk}/edit/", f"/admin/pages/{news.pk}/edit/"]


def kept() -> list[str]:
    """The organisation that the member looks after, and its form; the own profile, and one with fields on request."""
    own = Membership.objects.get(person__email=f"{MEMBER}@example.org").organisation
    profiles = Profile.objects.filter(person__email__in=[f"{MEMBER}@example.org", f"{EXPERT}@example.org"])
    mine = [own.get_absolute_url(), reverse("hanse_members:edit_organisation", args=[own.uid])]
    return [*mine, *(profile.get_absolute_url() for profile in profiles), reverse("hanse_members:field_releases")]


def answered() -> list[str]:
    """An enquiry as the management sees it."""
    enquiry = Enquiry.objects.filter(cluster__slug="photonik-nord", state="new").first()
    return [enquiry.get_absolute_url()]


#: what only this persona comes to, and no link found elsewhere leads to
OWN_PAGES = {EDITOR: edited, MEMBER: kept, MANAGER: answered}


def is_page(path: str) -> bool:
    return not any(part in path for part in LEFT_OUT)


def is_of_site(path: str) -> bool:
    return is_page(path) and not path.startswith(ADMIN)


def is_own_admin(path: str) -> bool:
    return is_page(path) and bool(OWN_ADMIN.match(path))


@pytest.mark.parametrize(
    ("personas", "follow", "expected"),
    [
        (
            [VISITOR, MEMBER],
            is_of_site,
            {"page homepage", "page clusterpage", "page newspage", "page standardpage", "hanse_members:directory"}
            | {"account_login", "mfa_add_webauthn", "hanse_base:dashboard", "hanse_news:news", "hanse_members:apply"}
            | {"hanse_members:memberships", "hanse_activity:notifications", "hanse_account:delete"}
            | {"hanse_members:organisations", "hanse_members:organisation", "hanse_members:edit_organisation"}
            | {"hanse_members:terms", "hanse_members:accept_terms", "hanse_members:ask"}
            | {"hanse_members:own_enquiries", "hanse_members:enquiry", "hanse_activity:follows"}
            | {"hanse_activity:delivery"}
            | {"hanse_members:topics", "hanse_members:topic", "hanse_members:my_topics"}
            | {"hanse_members:experts", "hanse_members:expert", "hanse_members:my_profile", "hanse_search:search"}
            | {"hanse_members:field_readers", "hanse_members:field_releases", "hanse_members:field_outsider"},
        ),
        (
            [EDITOR, MANAGER, OPERATOR],
            is_own_admin,
            {"hanse_access:proposals", "hanse_base:waiting", "wagtailadmin_home", "add newspage"}
            | {"hanse_members:managed_enquiries", "hanse_members:enquiry", "hanse_members:absence"}
            | {"pages:edit newspage", "pages:edit clusterpage", "hanse_members_memberships:edit"}
            | {"hanse_members_topics:edit", "hanse_members_topics:import"}
            | {"private_files:edit", "hanse_access_admin:audit_trail", "hanse_base_jobs:report"},
        ),
    ],
    ids=["site", "administration"],
)
def test_each_page_is_sound(browse, personas, follow, expected):
    """Each kind of page by whoever comes first, in one language and look; they take turns."""
    ways = cycle((language, [look]) for look in LOOKS for language in LANGUAGES)
    found, known = {}, set()
    for persona in personas:
        found |= browse(persona, ways, known, follow)
    assert found == {}
    assert expected <= known


@pytest.mark.slow
@pytest.mark.parametrize("persona", STARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_sound_for_everybody_in_every_look(browse, inspector, persona, language):
    """Wagtail's part of the administration as well. Addresses that stand for a language are seen in that one."""
    found = browse(
        persona,
        repeat((language, LOOKS)),
        known=set(),
        follow=lambda path: is_page(path) and language_of(path) in {None, language},
    )
    assert found == {}
    if persona == OPERATOR:
        # None that is not needed any more.
        assert inspector.used == set(EXEMPTIONS)
        assert len(EXEMPTIONS) == 1
