from __future__ import annotations

import logging

from django_tasks import task
from elasticsearch import ApiError, TransportError

from .feeding import feed

logger = logging.getLogger(__name__)


@task()
def feed_index() -> None:
    """Bring into the index what changed. Running it twice does no harm; what failed waits for the timed job."""
    try:
        feed()
    except (ApiError, TransportError) as problem:
        logger.warning("the index could not be fed", extra={"problem": type(problem).__name__})
