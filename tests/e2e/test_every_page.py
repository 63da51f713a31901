"""Every page that people reach: accessible, nothing cut off, no error, no foreign request (fixture ``watch``)."""

import pytest

from hanse_site.demo import load as demo

from .crawl import DARK_NARROW, DARK_WIDE, LIGHT_NARROW, LIGHT_WIDE, pages_reached, problems

VISITOR, MEMBER, EDITOR, MANAGER, OPERATOR = None, "company.photonik", "editor.photonik", "manager.photonik", "operator"
#: those first on whose pages there is most
PERSONAS = [MANAGER, EDITOR, OPERATOR, MEMBER, VISITOR]


@pytest.fixture
def people(live_server):
    demo.load()
    return demo.load_personas()


@pytest.fixture
def browse(people, open_as):
    """Walks the pages of a persona and collects what is wrong: ``browse(persona, language, looks, known)``."""

    def browse(persona, language, looks, known):
        person = people[persona] if persona else None
        if person is not None:
            type(person).objects.filter(pk=person.pk).update(language=language)
        page = open_as(person, locale=language)
        start = "/dashboard/" if persona else f"/{language}/"
        return {
            f"{persona or 'visitor'} {path}": found
            for path in pages_reached(page, start, language, known)
            if (found := [problem for look in looks for problem in problems(page, look)])
        }

    return browse


@pytest.mark.slow
def test_each_kind_of_page_is_sound(browse):
    """By whoever comes first."""
    known = set()
    found = {}
    for persona in PERSONAS:
        found |= browse(persona, "en", [LIGHT_WIDE, DARK_NARROW], known)
    assert found == {}
    expected = {"", "c", "imprint", "page at depth 2", "page at depth 3", "page at depth 4", "account_login"}
    expected |= {"hanse_base:dashboard", "hanse_news:news", "hanse_access:proposals", "hanse_members:memberships"}
    expected |= {"wagtailadmin_home", "wagtailadmin_pages:add", "hanse_members_memberships:index"}
    assert expected <= known


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("persona", PERSONAS)
def test_every_page_is_sound_for_everybody_in_every_look(browse, persona, language):
    looks = [LIGHT_WIDE, LIGHT_NARROW, DARK_WIDE, DARK_NARROW]
    assert browse(persona, language, looks, set()) == {}
