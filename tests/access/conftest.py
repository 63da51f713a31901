from pathlib import Path

import pytest
from django.core.files.storage import storages
from wagtail.models import Locale, Page

from hanse_access.models import PageAttachment
from hanse_access.scopes import Scope
from tests.factories.items import RoomFactory
from tests.factories.pages import PageFactory, ScopedPageFactory, give_page_permissions
from tests.factories.people import UserFactory
from tests.testapp.models import Room

#: stands in the titles of pages that are hidden
SECRET = "Secret merger"


@pytest.fixture(autouse=True)
def private_files(tmp_path, monkeypatch):
    """A private storage of the test's own. Called, it gives the files that are in it now."""
    field = PageAttachment._meta.get_field("file")
    for storage in (storages["private"], field.storage):  # two, once a test has overridden the setting
        for attribute in ("base_location", "location"):
            monkeypatch.setitem(storage.__dict__, attribute, str(tmp_path))
    return lambda: sorted(path for path in Path(tmp_path).rglob("*") if path.is_file())


@pytest.fixture
def own():
    return PageFactory(title="Own section", slug="own")


@pytest.fixture
def foreign():
    return PageFactory(title="Foreign section", slug="foreign")


@pytest.fixture(params=["in a foreign section", "in the own section, for a room one is not in"])
def hidden(request, own, foreign):
    is_foreign = request.param == "in a foreign section"
    scopes = None if is_foreign else [Scope("room", RoomFactory(people=[UserFactory()]).pk)]
    page = ScopedPageFactory(title=SECRET, slug="merger", parent=foreign if is_foreign else own, scopes=scopes)
    page.save_revision()
    ScopedPageFactory(title=f"{SECRET} annex", slug="annex", parent=page, scopes=scopes)
    return page


@pytest.fixture
def insider(hidden):
    """Works on the hidden page."""
    person = UserFactory()
    give_page_permissions(person, hidden)
    for kind, id in hidden.present_scopes():
        if kind == "room":
            Room.objects.get(pk=id).people.add(person)
    return person


@pytest.fixture
def missing(hidden):
    return hidden.pk + 1000


@pytest.fixture
def editor(client, own):
    """Edits a section of each of two languages, so that Wagtail's idea of the explorable root is the root of all."""
    german = Locale.objects.get_or_create(language_code="de")[0]
    user = UserFactory()
    give_page_permissions(user, own)
    elsewhere = Page.get_first_root_node().add_child(
        instance=type(own)(title="Startseite", slug="test-home-de", locale=german)
    )
    give_page_permissions(user, elsewhere, "add", "change", "publish", "lock", "unlock", "bulk_delete")
    client.force_login(user)
    return user
