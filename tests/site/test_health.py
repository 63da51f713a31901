"""Live answers as long as the process does; ready answers 503 as soon as one part is missing, and never says which."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from hanse_base.models import JobState
from hanse_search.elastic.connection import writing_client
from hanse_search.elastic.health import is_healthy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_on_time")]

NOWHERE = "redis://127.0.0.1:1/0"


def break_database(monkeypatch, settings):
    def refuse(self):
        raise OperationalError("connection to server at 10.1.2.3 failed")

    monkeypatch.setattr(BaseDatabaseWrapper, "temporary_connection", refuse)


def break_cache(monkeypatch, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": NOWHERE}}


def break_channel_layer(monkeypatch, settings):
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [NOWHERE]}}
    }


def break_storage(alias):
    def refuse(*args, **kwargs):
        raise PermissionError("/srv/hanse is read only")

    return lambda monkeypatch, settings: monkeypatch.setattr(storages[alias], "save", refuse)


def stop_clock(monkeypatch, settings):
    JobState.objects.update(known_since=timezone.now() - timedelta(hours=1))


BREAKS = {
    "database": break_database,
    "cache": break_cache,
    "channel layer": break_channel_layer,
    "public storage": break_storage("default"),
    "private storage": break_storage("private"),
    "clock": stop_clock,
}


def test_ready_when_all_parts_answer(client):
    response = client.get("/health/ready")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize("part", BREAKS)
def test_not_ready_when_a_part_is_missing(client, monkeypatch, settings, part):
    BREAKS[part](monkeypatch, settings)
    response = client.get("/health/ready")
    assert (response.status_code, response.content) == (503, b"unavailable\n")


def test_without_elasticsearch_the_site_is_ready_and_the_log_says_so(client, settings, caplog):
    """The database answers in its place: taking all processes out of the balance would make it worse."""
    settings.HANSE_ELASTICSEARCH_URL = "http://127.0.0.1:1"
    response = client.get("/health/ready")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "SearchEngine" in caplog.text


@pytest.mark.elasticsearch
def test_an_elasticsearch_that_answers_is_healthy(settings):
    settings.HANSE_ELASTICSEARCH_URL = settings.TEST_ELASTICSEARCH_URL
    settings.HANSE_ELASTICSEARCH_INDEX = f"health-{settings.WORKER}"
    writing = writing_client()
    writing.indices.create(index=settings.HANSE_ELASTICSEARCH_INDEX)
    try:
        assert is_healthy()
    finally:
        writing.indices.delete(index=settings.HANSE_ELASTICSEARCH_INDEX)
    assert not is_healthy()  # it answers, and has lost the index


@pytest.mark.parametrize("variant", ["format=json", "format=text", "format=rss", "format=atom", "format=openmetrics"])
def test_no_variant_tells_more(client, variant):
    assert client.get(f"/health/ready?{variant}", headers={"accept": "application/json"}).content == b"ok\n"


def test_live_asks_nothing(client, django_assert_num_queries, monkeypatch, settings):
    break_cache(monkeypatch, settings)
    with django_assert_num_queries(0):
        assert client.get("/health/live").status_code == 200


def test_answers_are_not_stored(client):
    for path in ("/health/live", "/health/ready"):
        assert "no-store" in client.get(path)["Cache-Control"]
