"""What every test gets: compiled catalogues, private files of its own worker, an empty cache."""

import gc
import os
import shutil
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone, translation

from hanse_base.models import JobState
from hanse_site.setup import create_site_pages
from scripts.catalogues import compile_catalogues
from tests.restoring import restored_after_each_test
from tests.scenes import Stage, in_order, is_transactional, scene_of, scenes
from tests.template import copied_databases


def pytest_configure() -> None:
    # Looking through all that imports and migrations leave, again and again, takes a quarter of the suite's time.
    gc.disable()
    for _ in compile_catalogues():
        pass


def pytest_itemcollected(item) -> None:
    if item.get_closest_marker("postgresql") and connection.vendor == "sqlite":
        item.add_marker(pytest.mark.slow)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if item.get_closest_marker("embedded") and "DATABASE_URL" in os.environ:
            item.add_marker(pytest.mark.skip(reason="runs with make test"))
        if item.get_closest_marker("elasticsearch") and not settings.TEST_ELASTICSEARCH_URL:
            item.add_marker(pytest.mark.skip(reason="runs with make test-all"))
        # Before all others: the transaction of the scene is around that of the test.
        item.fixturenames.insert(0, "_scene")
    in_order(items)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    with copied_databases():
        yield


@pytest.fixture(scope="session")
def stage(django_db_setup, django_db_blocker, files_of_this_run):
    stage = Stage(django_db_blocker.unblock)
    gc.freeze()
    gc.set_threshold(20_000, 10, 100)
    gc.enable()
    yield stage
    stage.show(None)


@pytest.fixture
def _scene(request):
    scene = scene_of(request.node)
    if scene or is_transactional(request.node):
        request.getfixturevalue("stage").show(scene)
    if is_transactional(request.node) and not request.node.get_closest_marker("e2e"):
        request.getfixturevalue("kept_rows")


scenes["site_pages"] = create_site_pages


@pytest.fixture
def site_pages(stage, db):
    """The pages that a new site is set up with."""


@pytest.fixture(scope="session", autouse=True)
def files_of_this_run():
    """The private storage starts empty and leaves nothing behind."""
    shutil.rmtree(settings.TEST_DIR, ignore_errors=True)
    yield
    shutil.rmtree(settings.TEST_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def kept_rows(django_db_setup, django_db_blocker):
    """What migrations made. No scene stands when the first test that commits asks for it."""
    with ExitStack() as kept:
        with django_db_blocker.unblock():
            kept.enter_context(restored_after_each_test())
        yield


@pytest.fixture(scope="session", autouse=True)
def patient_searches():
    """What a search finds does not depend on what else the machine does: it takes the time to write what changed."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("hanse_search.searching.MOST_SECONDS", 600)
        yield


@pytest.fixture(autouse=True)
def fresh_start():
    """Rate limits, cached answers and the language of one test do not reach the next."""
    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def clock_on_time(db):
    """No worker runs beside the suite: after a quarter of an hour all jobs are late and the site is not ready."""
    JobState.objects.update(known_since=timezone.now())
