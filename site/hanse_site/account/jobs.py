from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hanse_base.jobs import TimedJob, jobs

from .actions import remove_expired_copies, sweep_copies
from .mails import forget_sent_mails


def register_jobs() -> None:
    jobs.register(
        TimedJob(
            name="hanse_site.remove_expired_copies",
            label=_("Remove copies of own data whose time is over"),
            every=timedelta(hours=1),
            run=remove_expired_copies,
        )
    )
    jobs.register(
        TimedJob(
            name="hanse_site.sweep_copies",
            label=_("Remove files of copies of own data that belong to nobody"),
            every=timedelta(days=1),
            run=sweep_copies,
        )
    )
    if "django_tasks_db" in settings.INSTALLED_APPS:
        jobs.register(
            TimedJob(
                name="hanse_site.forget_sent_mails",
                label=_("Forget mails about accounts that are sent"),
                every=timedelta(hours=1),
                run=forget_sent_mails,
            )
        )
