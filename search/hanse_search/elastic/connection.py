"""The connection to Elasticsearch: one client in each process, whose sockets stay open and whom threads share."""

from __future__ import annotations

from functools import lru_cache

from elasticsearch import Elasticsearch

from . import conf

#: Writing and rebuilding may take longer than a person waits.
WRITE_SECONDS = 60.0


def client() -> Elasticsearch:
    """For questions: gives up after ``conf.answer_seconds``, and tries nothing twice. Needs an address (ValueError)."""
    return _client(conf.url(), conf.answer_seconds())


def writing_client() -> Elasticsearch:
    """For the index: patient, since a task that fails is run again later anyway."""
    return _client(conf.url(), WRITE_SECONDS)


@lru_cache(maxsize=4)
def _client(url: str, seconds: float) -> Elasticsearch:
    return Elasticsearch(url, request_timeout=seconds, max_retries=0, retry_on_timeout=False)
