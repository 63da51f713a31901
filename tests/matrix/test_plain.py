"""Every URL without arguments, asked as every persona: nothing of a hidden item may stand in the answer."""

import pytest

from . import discovery
from .expected import SEES, STAFF, visible
from .probes import client_of, found, text_of

#: patterns that answer with an error on purpose
BROKEN_ON_PURPOSE = {"admin/failwhale/", "admin/test404/"}
PLAIN = [route.text for route in discovery.routes() if route.plain and route.text not in BROKEN_ON_PURPOSE]
ADMIN = [text for text in PLAIN if text.startswith("admin/")]
SITE = [text for text in PLAIN if not text.startswith("admin/")]
QUERIES = ("", "?q=Zqshared&p=1&ordering=title", "?q=TitleZqalphaow")


def check(world, persona: str, paths, queries=("",)) -> None:
    client = client_of(world, persona)
    for path in paths:
        for query in queries:
            response = client.get(f"/{path.removesuffix('$')}{query}")
            assert response.status_code < 500, path
            told = found(world, text_of(response)) - visible(persona)
            assert not told, f"/{path}{query} tells {persona} of {sorted(told)}"


@pytest.mark.parametrize("persona", SEES)
def test_pages_of_the_site_tell_nothing_of_hidden_items(world, persona):
    check(world, persona, SITE, QUERIES[:2])


@pytest.mark.parametrize("persona", STAFF)
def test_pages_of_the_administration_tell_nothing_of_hidden_items(world, persona):
    check(world, persona, ADMIN, QUERIES)


@pytest.mark.parametrize("persona", ["visitor", "member_alpha"])
def test_the_administration_is_closed_to_all_others(world, persona):
    client = client_of(world, persona)
    for path in ADMIN:
        response = client.get(f"/{path.removesuffix('$')}")
        assert response.status_code in (301, 302, 403, 404) or path in OPEN_IN_ADMIN, path


#: parts of the administration that answer everybody: translations of its scripts, icons, the way to sign in
OPEN_IN_ADMIN = {"admin/jsi18n/", "admin/sprite/", "admin/logout/"}
