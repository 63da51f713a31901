"""Settings of Elasticsearch, with their defaults. Read at run time, so tests may override them."""

from __future__ import annotations

from django.conf import settings


def url() -> str:
    """HANSE_ELASTICSEARCH_URL: where Elasticsearch listens, with name and password if it asks for them. Empty: the
    database answers."""
    return getattr(settings, "HANSE_ELASTICSEARCH_URL", "")


def index_name() -> str:
    """HANSE_ELASTICSEARCH_INDEX: the alias of the index. Sites on one Elasticsearch need a name each."""
    return getattr(settings, "HANSE_ELASTICSEARCH_INDEX", "hanse")


def answer_seconds() -> float:
    """HANSE_ELASTICSEARCH_SECONDS: how long an answer may take before the database gives it instead."""
    return getattr(settings, "HANSE_ELASTICSEARCH_SECONDS", 2.0)
