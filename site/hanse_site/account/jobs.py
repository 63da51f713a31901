from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from hanse_base.jobs import TimedJob, jobs

from .actions import remove_expired_copies


def register_jobs() -> None:
    jobs.register(
        TimedJob(
            name="hanse_site.remove_expired_copies",
            label=_("Remove copies of own data whose time is over"),
            every=timedelta(hours=1),
            run=remove_expired_copies,
        )
    )
