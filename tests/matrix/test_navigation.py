"""Which links stand before whom, by hand; each leads to a page, in both languages."""

import pytest
from django.conf import settings
from django.test import RequestFactory

from hanse_access.viewer import Viewer
from hanse_base.navigation import links

from .expected import SEES
from .probes import client_of

pytestmark = pytest.mark.postgresql

PUBLIC = "directory public-experts public-organisations public-questions public-search"
ACCOUNT = "account follows delivery reports saved-searches"
STAFF = f"{ACCOUNT} administration"
#: what everybody with an account has in the workspace
ALL = "dashboard news experts organisations questions profile memberships"
MEMBER = f"{ALL} rooms messages"
#: persona -> area -> names, in any order
EXPECTED: dict[str, dict[str, str]] = {
    "visitor": {"workspace": "", "person": "", "public": PUBLIC},
    **{
        persona: {"workspace": ALL, "person": ACCOUNT, "public": PUBLIC}
        for persona in ("newcomer", "guest", "suspended")
    },
    # who asked something
    "member_alpha": {"workspace": f"{MEMBER} enquiries", "person": ACCOUNT, "public": PUBLIC},
    **{
        persona: {"workspace": MEMBER, "person": ACCOUNT, "public": PUBLIC}
        for persona in ("member_beta", "member_both")
    },
    **{
        persona: {"workspace": f"{MEMBER} proposals waiting", "person": STAFF, "public": PUBLIC}
        for persona in ("editor_alpha", "editor_beta")
    },
    **{
        persona: {
            "workspace": f"{MEMBER} proposals waiting enquiries invitations quality",
            "person": STAFF,
            "public": PUBLIC,
        }
        for persona in ("manager_alpha", "manager_beta")
    },
    "operator": {"workspace": f"{ALL} waiting invitations", "person": STAFF, "public": PUBLIC},
}


def drawn(world, persona: str, area: str) -> dict[str, str]:
    """Names and addresses of what the persona is shown."""
    request = RequestFactory().get("/dashboard/")
    request.user = world.people[persona]
    request.viewer = Viewer.of(request.user)
    return {link.name: link.url for link in links(request, area)}


def test_every_persona_has_a_line():
    assert EXPECTED.keys() == SEES.keys()


@pytest.mark.parametrize("persona", EXPECTED)
def test_each_sees_the_links_that_serve_and_each_leads_to_a_page(world, persona):
    shown = {area: drawn(world, persona, area) for area in ("workspace", "person", "public")}
    if persona == "visitor":
        shown["workspace"] = {}  # drawn nowhere for visitors
    for area, names in EXPECTED[persona].items():
        assert sorted(shown[area]) == sorted(names.split()), area
    client = client_of(world, persona)
    for language, _name in settings.LANGUAGES:
        for area, found in shown.items():
            for name, url in found.items():
                answer = client.get(url, headers={"Accept-Language": language}, follow=True)
                assert answer.status_code == 200, (area, name, url)
                if persona == "visitor":
                    assert f'<html lang="{language}"' in answer.content.decode()[:500], (name, url)
