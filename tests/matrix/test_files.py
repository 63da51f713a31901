"""The private file of every item, as every persona: as visible as a page that uses it, to the byte."""

import uuid

import pytest

from .expected import SEES, visible
from .probes import client_of, normalised, text_of

pytestmark = pytest.mark.postgresql

#: those who administer the collection of the sender, and who uploaded, see its files whatever uses them but a room's
STAKE = {
    "editor_alpha": "alpha",
    "manager_alpha": "alpha",
    "editor_beta": "beta",
    "manager_beta": "beta",
}


@pytest.mark.parametrize("persona", SEES)
def test_a_file_is_as_visible_as_its_page(world, persona):
    client = client_of(world, persona)
    missing = uuid.uuid4()
    absent = {suffix: client.get(f"/files/page/{missing}/{suffix}") for suffix in ("", "320/")}
    for key, file in world.files.items():
        for suffix in absent:
            response = client.get(f"/files/page/{file.uuid}/{suffix}")
            seen = key in visible(persona) or (STAKE.get(persona) == key[0] and key[1] != "room")
            if seen and not suffix:
                assert response.status_code == 200, key
                assert f"inside{file.label.removeprefix('file').removesuffix('.txt')}" in text_of(response)
            else:
                assert response.status_code == 404, (key, suffix)
                assert normalised(response, file.uuid) == normalised(absent[suffix], missing)


def test_an_unknown_kind_of_file_is_missing_too(world):
    client = client_of(world, "operator")
    file = world.files["alpha", "public"]
    assert client.get(f"/files/nonsense/{file.uuid}/").status_code == 404
