"""No page asks the database more often for many rows on it than for two. Every address that can be opened is asked:
lists, and the pages of single things with all that they list.

Counts the same on every database, so it runs with the embedded one only.
"""

from __future__ import annotations

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test import Client

from hanse_base.lists import ItemList
from hanse_search.documents import write_all_changes
from tests.matrix.discovery import bulk_actions, routes
from tests.matrix.fillings import filled

from .objects import Objects
from .rows import Rows

FEW, MANY = 2, 12
#: lists that no pattern without arguments leads to: pages of the tree, feeds, a list of the test model
LISTS = [
    "en/",
    "en/c/",
    "en/c/?view=map",
    "en/c/cluster-a/",
    "en/c/cluster-a/news/",
    "news/en.atom",
    "news/en/cluster-a.atom",
    "organisations/?view=map",
    "testapp/",
]
#: patterns that answer with an error on purpose
LEFT_OUT = {"admin/failwhale/", "admin/test404/", "admin/logout/", "accounts/logout/"}
USAGE = "Wagtail's page of what uses a row reads each by itself, for 20 at most"
BULK = "Wagtail's actions on several pages look at each by itself, and people choose them one by one"
ARCHIVE = "asks before each twenty files whether they may still be read"
#: pages that may ask more often for more rows, and why that can stay
GROWING = {
    "admin/api/main/pages/": "Wagtail's explorer menu reads the state of each page by itself, for 20 pages at most",
    "admin/choose-page/<int:parent_page_id>/": "Wagtail's chooser looks for the parent of each page, for 25 at most",
    "admin/hanse_members_clusters/usage/<int:pk>/": USAGE,
    "admin/hanse_members_organisations/usage/<int:pk>/": USAGE,
    "rooms/<uuid:uid>/files/zip/": ARCHIVE,
    "rooms/<uuid:uid>/folders/<uuid:folder>/zip/": ARCHIVE,
    **{f"wagtailcore.page {action}": BULK for action in ("delete", "move", "publish", "unpublish")},
}
#: pages that ask once more as soon as there is more than they name, and not again whatever the number
ONCE_MORE = {
    "rooms/<uuid:uid>/files/": "counts the new files beside those that it names",
}

NOTHING_BELOW = "a question, a form or an answer about one row, with no list on it"
TRANSLATOR = (
    "the editor of wagtail-localize, which takes each segment of one page by itself (tests/e2e/test_translation.py)"
)
SECRET = "opened by the key of a link, which is not kept; about one row"
ABSENT = "of a kind of thing that this site does not have"
#: patterns that lead to no page here, and why nothing below them grows
NOT_OPENED = {
    "admin/bulk/<str:app_label>/<str:model_name>/<str:action>/": "asked for with rows, see below",
    "admin/collections/<int:pk>/delete/": NOTHING_BELOW,
    "admin/images/<int:image_id>/generate_url/": NOTHING_BELOW,
    "admin/images/<int:image_id>/generate_url/output/": NOTHING_BELOW,
    "admin/localize/api/snippets/<slug:app_label>/<slug:model_name>/": ABSENT,
    "admin/localize/api/snippets/<slug:app_label>/<slug:model_name>/<str:pk>/": ABSENT,
    "admin/localize/page/<int:page_id>/convert_to_alias/": TRANSLATOR,
    "admin/localize/translate/<int:translation_id>/disable/": TRANSLATOR,
    "admin/localize/translate/<int:translation_id>/machine_translate/": TRANSLATOR,
    "admin/localize/translate/<int:translation_id>/overrides/<int:overridable_segment_id>/edit/": TRANSLATOR,
    "admin/localize/translate/<int:translation_id>/pofile/download/": TRANSLATOR,
    "admin/localize/translate/<int:translation_id>/pofile/upload/": TRANSLATOR,
    "admin/localize/translate/<int:translation_id>/preview/": TRANSLATOR,
    "admin/localize/translate/<int:translation_id>/preview/<str:mode>/": TRANSLATOR,
    "admin/localize/translate/<int:translation_id>/strings/<int:string_segment_id>/edit/": TRANSLATOR,
    "admin/localize/update/<int:translation_source_id>/": TRANSLATOR,
    "admin/pages/<int:page_id>/convert_alias/": NOTHING_BELOW,
    "admin/pages/<int:page_id>/workflow_history/detail/<int:workflow_state_id>/": NOTHING_BELOW,
    "admin/pages/workflow/action/<int:page_id>/<slug:action_name>/<int:task_state_id>/": NOTHING_BELOW,
    "admin/pages/workflow/collect_action_data/<int:page_id>/<slug:action_name>/<int:task_state_id>/": NOTHING_BELOW,
    "admin/profile-chooser/chosen/<str:pk>/": NOTHING_BELOW,
    "admin/settings/<slug:app_name>/<slug:model_name>/": ABSENT,
    "admin/settings/<slug:app_name>/<slug:model_name>/<int:pk>/": ABSENT,
    "admin/settings/<slug:app_name>/<slug:model_name>/<int:pk>/preview/": ABSENT,
    "admin/tag-autocomplete/<slug:app_name>/<slug:model_name>/": ABSENT,
    "clusters/<slug:slug>/standing/<slug:change>/": NOTHING_BELOW,
    "conversations/<uuid:uid>/attachments/<uuid:version>/remove/": NOTHING_BELOW,
    "conversations/<uuid:uid>/messages/<uuid:message>/withheld/": NOTHING_BELOW,
    "documents/(\\d+)/(.*)$": NOTHING_BELOW,
    "documents/authenticate_with_password/<int:restriction_id>/": ABSENT,
    "drafts/<str:secret>/": SECRET,
    "en/_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/": ABSENT,
    "files/<slug:kind>/<uuid:uuid>/<int:width>/": NOTHING_BELOW,
    "invitations/<str:secret>/": SECRET,
    "memberships/invited/<int:pk>/": NOTHING_BELOW,
    "messages/to/<uuid:uid>/<int:pk>/": NOTHING_BELOW,
    "notifications/stop/<str:token>/": SECRET,
    "organisations/<uuid:uid>/fields/<slug:name>/link/": NOTHING_BELOW,
    "released/<str:secret>/": SECRET,
    "rooms/<uuid:uid>/files/bin/<uuid:thing>/<slug:act>/": NOTHING_BELOW,
    "rooms/invitation/<str:secret>/": SECRET,
}


def lists(parent=ItemList):
    for kind in parent.__subclasses__():
        yield kind
        yield from lists(kind)


@pytest.fixture
def everything_on_one_page(monkeypatch, settings):
    """Lists as long as the rows. The suite's search for loops is off: it stops at the first, counting finds all."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("tests.loops.")]
    build = Paginator.__init__

    def show(number: int) -> None:
        def init(self, object_list, per_page, *args, **kwargs):
            build(self, object_list, number, *args, **kwargs)

        monkeypatch.setattr(Paginator, "__init__", init)
        for kind in [ItemList, *lists()]:
            monkeypatch.setattr(kind, "page_size", number)

    return show


def ask(client: Client, address: str) -> tuple[int, int]:
    """The status of the answer, and the number of queries that it took."""
    asked = []
    with connection.execute_wrapper(lambda execute, *args: (asked.append(1), execute(*args))[1]):
        response = client.get(f"/{address}")
        if response.streaming:
            list(response.streaming_content)
    assert response.status_code < 500, address
    return response.status_code, len(asked)


class Walk:
    """Who asks for what: visitors for what is open, a member who manages for all of it, an operator for the
    administration. Pages of single things are asked for with what is below them at that time.
    """

    def __init__(self, rows: Rows, objects: Objects) -> None:
        self.objects = objects
        self.visitor, self.manager, self.operator = Client(), Client(), Client()
        self.manager.force_login(rows.manager)
        self.operator.force_login(rows.operator)

    def addresses(self):
        """(client, what it is called, the address now)"""
        known = self.objects.known()
        plain = [route.text.removesuffix("$") for route in routes() if route.plain]
        for text in [*plain, *LISTS]:
            if text in LEFT_OUT or "*" in text:
                continue
            yield self.manager, text, text
            yield (self.operator if text.startswith("admin/") else self.visitor), text, text
        for route in routes():
            if not route.plain:
                client = self.operator if route.text.startswith("admin/") else self.manager
                yield client, route.text, filled(route.text, known).removeprefix("/")
        for action in sorted(bulk_actions()):
            model, name = action.split()
            ids = "&".join(f"id={pk}" for pk in self.objects.chosen(model))
            yield self.operator, action, f"admin/bulk/{model.replace('.', '/')}/{name}/?{ids}"


@pytest.mark.embedded
@pytest.mark.urls("tests.queries.urls")
@pytest.mark.django_db
@pytest.mark.usefixtures("clock_on_time")
@pytest.mark.parametrize("many", [MANY, pytest.param(200, marks=pytest.mark.slow)])
def test_the_number_of_queries_does_not_grow_with_the_rows(everything_on_one_page, many):
    everything_on_one_page(2 * many)
    rows = Rows()
    objects = Objects(rows)
    walk = Walk(rows, objects)

    def grow(number: int) -> None:
        rows.add(number)
        objects.grow(number)
        write_all_changes()  # what a search would do at once, for the newest of what changed

    grow(FEW)
    for client in (walk.visitor, walk.manager, walk.operator):
        ask(client, "en/")  # fills what is kept longer than a request
    few, opened = {}, set()
    for client, name, address in walk.addresses():
        status, number = ask(client, address)
        assert status == 200 or name not in LISTS, address
        if status != 404:
            opened.add(name)
        if status == 200:
            few[client, name] = number
    grow(many - FEW)
    grown = {}
    for client, name, address in walk.addresses():
        if (client, name) in few:
            status, number = ask(client, address)
            assert status == 200, address
            if number > few[client, name] + (name in ONCE_MORE):
                grown[name] = (few[client, name], number)
    found = {route.text for route in routes() if not route.plain}
    assert found - opened == NOT_OPENED.keys(), "patterns of which no page was opened"
    unknown = [f"{name}: {numbers}" for name, numbers in grown.items() if name not in GROWING]
    assert not unknown, "\n".join(unknown)
    assert many == MANY or grown.keys() == GROWING.keys(), "what no longer grows"
