import os

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Tags, Warning, register


@register(Tags.database, deploy=True)
def superusers_are_few(app_configs, databases=None, **kwargs) -> list[Warning]:
    """Names the number of active superusers: they pass every rule, so each one should be known and meant.

    Runs with ``check --deploy --database default``. Operators need no superuser; their group lists what they may.
    """
    if not databases:
        return []
    count = get_user_model()._default_manager.filter(is_superuser=True, is_active=True).count()
    if not count:
        return []
    return [
        Warning(
            f"{count} active superuser(s): they see closed rooms without a reason and without a trace.",
            hint="Give people the group of operators instead, and take the superuser flag away on the command line.",
            id="hanse_site.W001",
        )
    ]


@register(Tags.caches, deploy=True)
def processes_share_cache_and_channels(app_configs, **kwargs) -> list[Warning]:
    """Without Redis each process keeps to itself who tried a password how often, and tells only its own sockets."""
    processes = os.environ.get("WEB_CONCURRENCY", "").strip()
    if settings.REDIS_URL or not processes.isdigit() or int(processes) < 2:
        return []
    return [
        Warning(
            f"{processes} processes run without REDIS_URL: limits of tries and live updates hold in each of them only.",
            hint="Set REDIS_URL, or WEB_CONCURRENCY to 1.",
            id="hanse_site.W002",
        )
    ]
