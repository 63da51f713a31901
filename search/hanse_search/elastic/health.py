"""Whether Elasticsearch answers, for those who watch the site."""

from __future__ import annotations

from elasticsearch import ApiError, TransportError

from . import conf
from .connection import client


def is_healthy() -> bool:
    """Elasticsearch answers and holds all of the index, or there is none to ask."""
    if not conf.url():
        return True
    try:
        state = client().cluster.health(index=conf.index_name(), level="cluster")
    except (ApiError, TransportError):
        return False
    return state["status"] in ("green", "yellow") and not state["timed_out"]
