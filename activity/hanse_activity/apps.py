from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HanseActivityConfig(AppConfig):
    name = "hanse_activity"
    verbose_name = _("Activity")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from hanse_access.audit import name_verbs
        from hanse_access.operators import list_operator_permissions

        from . import checks, proposals, report_notifications, surfaces  # noqa: F401 - checks register themselves
        from .models.reports import DECIDES_ANYWHERE

        list_operator_permissions(DECIDES_ANYWHERE)
        name_verbs(
            {
                "report.made": _("Something reported"),
                "report.dismissed": _("Reported thing left as it is"),
                "report.withheld": _("Reported thing taken out of sight"),
                "report.shown_again": _("Reported thing shown again"),
            }
        )
        proposals.register()
        report_notifications.register()
        surfaces.register()
