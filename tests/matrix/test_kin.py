"""Aliases and translations are seen by those who see the page, from their beginning and after each change."""

import pytest
from wagtail.models import Locale

from hanse_access.actions import change_audience
from hanse_access.scopes import EDITORS, PUBLIC

from .expected import SEES, visible
from .probes import client_of, text_of
from .world import mark

pytestmark = pytest.mark.postgresql

KEYS = [("alpha", "public"), ("alpha", "platform"), ("alpha", "own"), ("alpha", "room"), ("alpha", "editors")]


@pytest.fixture
def kin(world):
    """An alias and a German translation of an item of each of these levels: pages by item."""
    german = Locale.objects.get(language_code="de")
    made = {}
    for key in KEYS:
        page = world.items[key].specific
        alias = page.create_alias(update_slug=f"{page.slug}-alias")
        translation = page.copy_for_translation(german, copy_parents=True)
        translation.save_revision().publish()
        made[key] = [alias, type(page).objects.get(pk=translation.pk)]
    return made


def seen(world, kin, persona: str) -> set:
    """Items of which the alias or the translation is served; both or none, and nothing told where none is."""
    client = client_of(world, persona)
    served = {}
    for key, pages in kin.items():
        answers = [client.get(page.get_url()) for page in pages]
        assert {answer.status_code for answer in answers} in ({200}, {404}), key
        served[key] = answers[0].status_code == 200
        # The address, which a page for errors may repeat, holds nothing of the item's words.
        words = (f"Title{mark(key)}", f"words{mark(key)}")
        assert all((word in text_of(answer)) is served[key] for answer in answers for word in words), key
    return {key for key, is_served in served.items() if is_served}


@pytest.mark.parametrize("persona", SEES)
def test_kin_of_an_item_is_served_as_the_item_is(world, kin, persona):
    assert seen(world, kin, persona) == visible(persona) & set(KEYS)


def test_a_change_of_the_item_reaches_its_kin(world, kin):
    for key in KEYS:
        change_audience(world.items[key], scopes=[EDITORS], by=None)
    assert seen(world, kin, "member_alpha") == set()
    assert seen(world, kin, "editor_alpha") == set(KEYS)
    change_audience(kin["alpha", "own"][0], scopes=[PUBLIC], by=None)
    assert seen(world, kin, "visitor") == {("alpha", "own")}
