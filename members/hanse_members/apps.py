from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HanseMembersConfig(AppConfig):
    name = "hanse_members"
    verbose_name = _("Members")
    default_auto_field = "django.db.models.BigAutoField"
