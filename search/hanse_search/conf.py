"""Settings of this package, with their defaults. Read at run time, so tests may override them."""

from __future__ import annotations

from django.conf import settings

DATABASE = "hanse_search.backends.database.DatabaseBackend"
ELASTICSEARCH = "hanse_search.elastic.backend.ElasticsearchBackend"


def alert_minutes() -> int:
    """HANSE_SEARCH_ALERT_MINUTES: how often each saved search is looked through, and so sends a mail at most."""
    return getattr(settings, "HANSE_SEARCH_ALERT_MINUTES", 60)


def backend_path() -> str:
    """HANSE_SEARCH_BACKEND: dotted path of the class that answers, see ``backends``.

    Unless said, it is Elasticsearch where there is one, and the database elsewhere.
    """
    usual = ELASTICSEARCH if getattr(settings, "HANSE_ELASTICSEARCH_URL", "") else DATABASE
    return getattr(settings, "HANSE_SEARCH_BACKEND", usual)
