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
