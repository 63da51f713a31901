"""The plugins in somebody else's Wagtail site: from the wheel, without the reference site, with Django's own users.

Takes about half a minute and the same whatever database the suite runs on, so it runs with the embedded one only.
"""

import json
import zipfile

import pytest

from .host import make_host

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    return make_host(tmp_path_factory.mktemp("host"))


@pytest.fixture(scope="module")
def visit(host):
    host.manage("migrate", "--verbosity", "0")
    return json.loads(host.run("visit.py"))


def test_the_wheel_carries_what_python_does_not_import(host):
    names = set(zipfile.ZipFile(host.wheel).namelist())
    assert {
        "hanse_base/static/hanse_base/css/base.css",
        "hanse_base/static/hanse_base/js/hanse.js",
        "hanse_base/templates/hanse_base/frames/base.html",
        "hanse_members/templates/hanse_members/cluster_page.html",
        "hanse_access/locale/de/LC_MESSAGES/django.mo",
        "hanse_activity/templates/hanse_activity/mail/mail.html",
        "hanse_members/locale/de/LC_MESSAGES/django.mo",
        "hanse_base/py.typed",
    } <= names
    assert not [name for name in names if name.startswith(("tests/", "scripts/", "docs/"))]


def test_the_host_has_only_what_the_core_needs(host):
    missing = "import importlib.util as u; print([n for n in ('allauth', 'environ', 'channels') if u.find_spec(n)])"
    assert host.run("-c", missing).strip() == "[]"


def test_migrations_are_complete_and_checks_are_silent(host, visit):
    host.manage("makemigrations", "--check", "--dry-run")
    assert "no issues" in host.manage("check", "--fail-level", "WARNING")


def test_the_plugins_come_from_the_wheel_and_take_djangos_users(host, visit):
    assert visit["package"].startswith(str(host.environment))
    assert visit["user_model"] == "auth.User"


@pytest.mark.parametrize(
    ("which", "text"),
    [
        ("entry", "Photonics North"),
        ("entry in German", "Photonics North"),
        ("directory", "Photonics North"),
        ("memberships", "Photonics North"),
        ("dashboard", "Dashboard"),
        ("administration", "Wagtail"),
        ("clusters in the administration", "Photonics North"),
    ],
)
def test_pages_are_served(visit, which, text):
    answer = visit["pages"][which]
    assert answer["status"] == 200
    assert text in answer["html"]


def opened(walk) -> dict[str, int]:
    """Pages that were opened, by address, with the best status that any person got."""
    best: dict[str, int] = {}
    for page, status in walk["told"].items():
        address = page.partition(" ")[2]
        best[address] = min(status, best.get(address, 999))
    return best


def check(walk, least: int) -> None:
    """Nothing fails for anybody, what was made is there for whom it is, and most pages show something."""
    assert {page: status for page, status in walk["told"].items() if status not in (200, 403, 404, 405)} == {}
    made = [f"{name} {address}" for name, addresses in walk["made"].items() for address in addresses]
    assert {page: walk["told"][page] for page in made if walk["told"][page] != 200} == {}
    assert len([address for address, status in opened(walk).items() if status == 200]) >= least


@pytest.fixture(scope="module")
def walk(host, visit):
    return json.loads(host.run("walk.py"))


def test_every_named_page_and_one_of_everything_is_rendered(walk):
    check(walk, least=70)


@pytest.fixture(scope="module")
def host_with_rooms(tmp_path_factory, host):
    folder = tmp_path_factory.mktemp("rooms")
    return make_host(folder, extras=("rooms", "search"), settings="hanse_rooms", wheel=host.wheel)


def test_with_rooms_and_the_search_as_well(host_with_rooms):
    host_with_rooms.manage("migrate", "--verbosity", "0")
    pages = json.loads(host_with_rooms.run("visit.py"))["pages"]
    assert "<mark>Photonics</mark> North" in pages["search"]["html"], "by another form of its name"
    assert "<mark>Photonics</mark> North" in pages["suggestions"]["html"]
    walk = json.loads(host_with_rooms.run("walk.py"))
    check(walk, least=85)
    assert {"/search/", "/rooms/", "/messages/"} <= opened(walk).keys()
    host_with_rooms.manage("makemigrations", "--check", "--dry-run")


def test_static_files_are_found(visit):
    assert visit["style"]


def test_what_is_not_there_is_missing(visit):
    assert visit["pages"]["hidden"]["status"] == 404


def test_the_german_catalogue_is_used(visit):
    assert visit["german"] == "Mitgliedschaften"
    assert 'lang="de"' in visit["pages"]["entry in German"]["html"]
