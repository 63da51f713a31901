"""Wagtail's own media tell nothing to people of the administration who do not work with them."""

import pytest
from django.urls import reverse

from .probes import client_of

pytestmark = pytest.mark.postgresql

ADDRESSES = [
    reverse("wagtailadmin_api:images:listing"),
    reverse("wagtailadmin_api:documents:listing"),
    f"{reverse('wagtailadmin_tag_autocomplete')}?term=a",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(("persona", "status"), [("editor_alpha", 404), ("manager_alpha", 404), ("operator", 200)])
def test_lists_of_media_and_tags_are_for_those_who_work_with_them(world, persona, status, address):
    assert client_of(world, persona).get(address).status_code == status


@pytest.mark.parametrize("number", ["abc", "9" * 40, "-1"])
def test_a_number_that_is_none_is_a_missing_page(world, number):
    client = client_of(world, "editor_alpha")
    assert client.post(f"/admin/editing-sessions/ping/wagtailcore/page/{number}/1/").status_code == 404
