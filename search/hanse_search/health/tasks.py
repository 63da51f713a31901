from __future__ import annotations

import logging

from django_tasks import task
from elasticsearch import ApiError, TransportError

from ..documents import compare_everything, write_all_changes
from ..elastic import conf, consistency
from ..elastic.feeding import feed
from ..figures import COMPARED, REPAIRING, forget, note

logger = logging.getLogger(__name__)


@task()
def repair_search() -> None:
    """Compare documents with items and the index with documents, and mend both. Can run twice."""
    write_all_changes()
    report = compare_everything()
    told: dict = {"documents": report}
    if conf.url():
        try:
            feed()
            found = consistency.compare()
            told["index"] = [len(found.missing), len(found.stale), len(found.orphaned)]
            if found:
                consistency.repair(found)
        except (ApiError, TransportError) as problem:
            logger.warning("the index could not be compared", extra={"problem": type(problem).__name__})
            told["problem"] = type(problem).__name__
    note(COMPARED, sum(map(sum, report.values())) + sum(told.get("index", ())), told)
    forget(REPAIRING)
