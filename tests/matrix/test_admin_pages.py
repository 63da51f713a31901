"""Every admin URL that takes a page, asked for a hidden one and for a missing one: the same answer."""

import re

import pytest

from . import discovery
from .expected import STAFF, hidden
from .probes import client_of, forget_messages, found, normalised, text_of
from .table import Page, entry_for

pytestmark = pytest.mark.postgresql

ROUTES = [
    route.text
    for route in discovery.routes()
    if not route.plain and (entry := entry_for(route)) and isinstance(entry[1], Page)
]
MISSING = 987654
PAGE_ARGUMENTS = ("page_id", "page_to_move_id", "parent_page_id", "destination_id", "page_pk", "object_id")


def address(route: str, page_id: int, page=None) -> str:
    """The route with its arguments filled in: the page wherever one is taken, plausible values elsewhere."""
    values = dict.fromkeys(PAGE_ARGUMENTS, page_id) | {
        "content_type_app_name": "hanse_news",
        "content_type_model_name": "newspage",
        "app_label": "hanse_news",
        "model_name": "newspage",
        "action_name": "approve",
        "mode": "default",
        "revision_id": page.latest_revision_id if page else MISSING,
    }
    if "/pages/" in route:
        values["pk"] = page_id
    text = re.sub(r"\(\?P<pk>\\d\+\)", str(page_id), route)
    text = re.sub(r"\(\?P<revision_id_\w>[^)]*\)", "live", text).replace("\\.\\.\\.", "...").removesuffix("$")
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values.get(match[1], 1)), text)


#: Those of Beta stand where those of Alpha do: one item is enough there.
ALL_LEVELS = ("editor_alpha", "manager_alpha", "operator")


@pytest.mark.parametrize("persona", STAFF)
def test_a_hidden_page_cannot_be_told_from_a_missing_one(world, persona):
    """An item of every level that the persona does not see; the root of the answer is the same for a missing one."""
    client = client_of(world, persona)
    keys = sorted(hidden(persona))
    missing = {}
    told_apart = []
    for key in keys if persona in ALL_LEVELS else keys[:1]:
        page = world.items[key]
        for route in ROUTES:
            for method in ("get", "post"):
                if (method, route) not in missing:
                    missing[method, route] = normalised(ask(client, method, address(route, MISSING)), MISSING)
                response = ask(client, method, shown := address(route, page.pk, page))
                assert response.status_code < 500, shown
                assert not found(world, text_of(response)) & hidden(persona), shown
                if normalised(response, page.pk, page.latest_revision_id) == missing[method, route]:
                    continue
                # Lists say how long ago something changed: what differs is compared with the answer of this moment.
                missing[method, route] = normalised(ask(client, method, address(route, MISSING)), MISSING)
                again = normalised(ask(client, method, shown), page.pk, page.latest_revision_id)
                if again != missing[method, route]:
                    told_apart.append((method, route, key, response.status_code, missing[method, route][:3]))
    assert told_apart == []


def ask(client, method: str, url: str):
    forget_messages(client)
    return getattr(client, method)(url)
