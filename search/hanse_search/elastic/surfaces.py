"""What Elasticsearch adds to the shared surfaces: a timed job that feeds what was left."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from hanse_base.jobs import TimedJob, jobs

from . import conf
from .tasks import feed_index


def feed_what_was_left() -> None:
    if conf.url():
        feed_index.enqueue()


def register() -> None:
    jobs.register(
        TimedJob(
            name="search.feed",
            label=_("Bring into Elasticsearch what changed"),
            every=timedelta(minutes=1),
            run=feed_what_was_left,
        )
    )
