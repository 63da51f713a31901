from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HanseSiteConfig(AppConfig):
    name = "hanse_site"
    verbose_name = _("Hanse site")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .account import checks  # noqa: F401 (registers the system check)
        from .account.jobs import register_jobs
        from .account.navigation import register_navigation
        from .account.personal_data import register_personal_data

        register_jobs()
        register_navigation()
        register_personal_data()
