from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HanseActivityConfig(AppConfig):
    name = "hanse_activity"
    verbose_name = _("Activity")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import proposals, surfaces

        proposals.register()
        surfaces.register()
