from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HanseSiteConfig(AppConfig):
    name = "hanse_site"
    verbose_name = _("Hanse site")
    default_auto_field = "django.db.models.BigAutoField"
