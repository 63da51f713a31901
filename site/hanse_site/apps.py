from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HanseSiteConfig(AppConfig):
    name = "hanse_site"
    verbose_name = _("Hanse site")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hanse_access.audit import name_verbs
        from hanse_access.operators import list_operator_permissions

        from . import mail_tracking
        from .account import checks, second_factor, sessions  # noqa: F401 (registers the system check)
        from .account.jobs import register_jobs
        from .account.navigation import register_navigation
        from .account.personal_data import register_personal_data
        from .legal import register_slots

        second_factor.connect()
        sessions.connect()
        register_jobs()
        register_navigation()
        register_personal_data()
        list_operator_permissions("hanse_site.change_user")
        name_verbs(
            {
                "account.deleted": _("Account deleted by its owner"),
                "person.deactivated": _("Account closed"),
                "person.reactivated": _("Account opened again"),
                "operator.named": _("Operator named"),
                "operator.ended": _("Operator no longer"),
            }
        )
        register_slots()
        mail_tracking.connect()
