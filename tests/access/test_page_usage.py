"""What refers to a page, a picture or a file is told only as far as the person works on it."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Collection, GroupCollectionPermission, Page, ReferenceIndex

from hanse_access.scopes import PUBLIC
from hanse_access.viewer import Viewer, viewing_as
from tests.access.conftest import SECRET
from tests.factories.pages import PageFactory, ScopedPageFactory, give_page_permissions
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def refer(parent, target, title, **fields):
    body = [("page", target)] if isinstance(target, Page) else [("document", target)]
    page = ScopedPageFactory(title=title, parent=parent, **fields)
    page.body = body
    page.save()
    ReferenceIndex.create_or_update_for_object(page)
    return page


@pytest.fixture
def target(own):
    return PageFactory(title="The target", slug="target", parent=own)


@pytest.fixture
def answers(client, editor, target):
    """Everything that tells of the target's usage."""

    def get() -> list[str]:
        addresses = (
            reverse("wagtailadmin_pages:usage", args=[target.pk]),
            reverse("wagtailadmin_pages:usage", args=[target.pk]) + "?describe_on_delete=1",
            reverse("wagtailadmin_pages:edit", args=[target.pk]),
            reverse("wagtailadmin_pages:delete", args=[target.pk]),
            reverse("wagtailadmin_pages:unpublish", args=[target.pk]),
            reverse("wagtailadmin_explore", args=[target.pk]),
        )
        responses = [client.get(address) for address in addresses]
        assert [response.status_code for response in responses] == [200] * len(addresses)
        return [re.sub(r"nonce-[^' ]+|csrf[^ ]+ ?[^ ]+ value=\"[^\"]+\"", "", r.content.decode()) for r in responses]

    return get


def counts(answers: list[str]) -> list[str]:
    return [
        " ".join(re.findall(r"[Uu]sed \d+ times?|[Rr]eferenced \d+ times?|\(Private [^)]+\)", html)) for html in answers
    ]


class TestPages:
    @pytest.mark.parametrize("scopes", [None, [PUBLIC]])
    def test_foreign_pages_that_refer_to_it_change_nothing(self, answers, foreign, target, scopes):
        before = answers()
        refer(foreign, target, SECRET, scopes=scopes)
        after = answers()
        assert counts(after) == counts(before)
        assert not any("Private" in html and "(Private" in html for html in after)
        assert not any(SECRET in html for html in after)

    def test_own_pages_that_refer_to_it_are_told(self, answers, own, target):
        refer(own, target, "Own reference")
        told = answers()
        assert "Own reference" in told[0]
        assert "Referenced 1 time" in counts(told)[2]

    def test_a_redirect_to_it_is_told_to_those_who_administer_redirects(self, answers, target):
        before = counts(answers())
        ReferenceIndex.create_or_update_for_object(Redirect.add_redirect("/old", redirect_to=target))
        assert counts(answers()) == before

    def test_whoever_works_on_all_pages_is_told_of_all(self, client, foreign, target):
        refer(foreign, target, SECRET)
        everything = UserFactory()
        give_page_permissions(everything, Page.get_first_root_node())
        client.force_login(everything)
        assert SECRET in client.get(reverse("wagtailadmin_pages:usage", args=[target.pk])).content.decode()

    def test_outside_of_requests_all_references_are_there(self, foreign, target):
        refer(foreign, target, SECRET)
        assert ReferenceIndex.get_grouped_references_to(target).count() == 1
        assert ReferenceIndex.get_references_to_in_bulk([target]).count() == 1


class TestDocuments:
    @pytest.fixture
    def document(self):
        return get_document_model().objects.create(title="Paper", file=ContentFile(b"x", name="x.txt"))

    @pytest.fixture
    def librarian(self, client, editor, own):
        group = editor.groups.first()
        for codename in ("add_document", "change_document", "choose_document"):
            GroupCollectionPermission.objects.create(
                group=group,
                collection=Collection.get_first_root_node(),
                permission=Permission.objects.get(codename=codename),
            )
        return editor

    @pytest.mark.parametrize("name", ["document_usage", "edit", "delete", "index"])
    def test_foreign_pages_that_use_one_change_nothing(self, client, librarian, foreign, document, name):
        url = reverse(f"wagtaildocs:{name}", args=[] if name == "index" else [document.pk])
        before = client.get(url)
        refer(foreign, document, SECRET, scopes=[PUBLIC])
        after = client.get(url)
        assert before.status_code == after.status_code == 200
        assert counts([after.content.decode()]) == counts([before.content.decode()])
        assert SECRET not in after.content.decode()

    def test_a_list_narrowed_to_what_is_used_has_it_by_own_pages_only(self, client, librarian, own, foreign, document):
        for parent, listed in ((foreign, False), (own, True)):
            refer(parent, document, SECRET, scopes=[PUBLIC])
            html = client.get(reverse("wagtaildocs:index"), {"usage_count_min": 1}).content.decode()
            assert (reverse("wagtaildocs:edit", args=[document.pk]) in html) is listed

    def test_own_pages_that_use_one_are_told(self, client, librarian, own, document):
        refer(own, document, "Own reference", scopes=[PUBLIC])
        html = client.get(reverse("wagtaildocs:document_usage", args=[document.pk])).content.decode()
        assert "Own reference" in html
        assert "Used 1 time" in client.get(reverse("wagtaildocs:index")).content.decode()

    def test_bulk_deletion_tells_no_more(self, client, librarian, foreign, document):
        refer(foreign, document, SECRET, scopes=[PUBLIC])
        url = reverse("wagtail_bulk_action", args=["wagtaildocs", "document", "delete"])
        html = client.get(url, {"id": document.pk}).content.decode()
        assert not re.search(r"\b1 time\b", html)


def test_what_protects_from_deletion_protects_even_when_it_is_not_told(own, foreign, target, monkeypatch):
    from django.db.models import PROTECT

    refer(foreign, target, SECRET)
    viewer = Viewer.of(UserFactory())
    with viewing_as(viewer):
        groups = ReferenceIndex.get_references_to(target).group_by_source_object()
        assert list(groups) == []
        assert not groups.is_protected
        monkeypatch.setattr(ReferenceIndex, "on_delete", property(lambda reference: PROTECT))
        groups = ReferenceIndex.get_references_to(target).group_by_source_object()
        assert groups.is_protected
        assert groups.count() == 0
