"""Forms of Wagtail's admin that take pages by number: a hidden one is refused like one that never was."""

import pytest
from django.urls import reverse

from .probes import client_of, found, normalised, text_of

pytestmark = pytest.mark.postgresql

MISSING = 987654
HIDDEN_LEVELS = ["own", "editors", "draft", "expired"]


def forms(world):
    """Address and the rest of the form, by the name of the field that takes a page."""
    page = world.items["alpha", "own"]
    return [
        (reverse("wagtailadmin_pages:copy", args=[page.pk]), "new_parent_page", {"new_title": "x", "new_slug": "x"}),
        (reverse("wagtailadmin_pages:move", args=[page.pk]), "new_parent_page", {}),
        (reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"]) + f"?id={page.pk}", "chooser", {}),
    ]


@pytest.mark.parametrize("persona", ["editor_alpha", "manager_alpha"])
@pytest.mark.parametrize("level", HIDDEN_LEVELS)
def test_a_hidden_page_as_target_is_told_from_a_missing_one_by_nothing(world, persona, level):
    client = client_of(world, persona)
    hidden = world.items["beta", level]
    for url, field, data in forms(world):
        answers = [client.post(url, {**data, field: pk}) for pk in (hidden.pk, MISSING)]
        assert ("beta", level) not in found(world, text_of(answers[0])), url
        assert normalised(answers[0], hidden.pk) == normalised(answers[1], MISSING), url
        assert answers[0].status_code == 404, url


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "²", "-1", "x"])
def test_a_number_that_is_none_is_no_error_of_the_site(world, number):
    client = client_of(world, "manager_alpha")
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    addresses = [
        f"{reverse('hanse_access:reach')}?kind=cluster&id={number}",
        f"{bulk}?id={number}",
        f"{bulk}?id=all&childOf={number}",
    ]
    assert [url[:60] for url in addresses if client.get(url).status_code >= 500] == []
    for url, field, data in forms(world):
        assert client.post(url, {**data, field: number}).status_code < 500, url
    session = reverse("wagtailadmin_editing_sessions:ping", args=["hanse_news", "newspage", number, 1])
    assert client.post(session).status_code == 404
