from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HanseAccessConfig(AppConfig):
    name = "hanse_access"
    verbose_name = _("Access")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import checks, operators, page_signals, signal_handlers, surfaces  # noqa: F401 (registers the system check)

        operators.list_operator_permissions(
            "wagtailadmin.access_admin",
            "hanse_access.view_auditevent",
            "hanse_access.add_breakglass",
            "hanse_access.view_breakglass",
            "hanse_base.view_jobstate",
        )
        post_migrate.connect(operators.sync_operator_permissions, sender=self)
        page_signals.connect()
        signal_handlers.connect()
        surfaces.register()
