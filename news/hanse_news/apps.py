from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HanseNewsConfig(AppConfig):
    name = "hanse_news"
    verbose_name = _("News")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from hanse_access.redirect_targets import TARGETS
        from hanse_activity.reportables import reportables
        from hanse_base.cards import cards
        from hanse_base.navigation import navigation
        from hanse_base.slots import slots
        from hanse_members.redirect_targets import takes_part
        from hanse_members.sections import sections
        from hanse_members.subjects import subjects

        from . import consequences, surfaces
        from .signal_handlers import connect

        cards.register(surfaces.card)
        navigation.register(surfaces.navigation_item)
        sections.register(surfaces.section)
        slots.register(surfaces.footer_part)
        subjects.register(surfaces.subject)
        reportables.register(surfaces.reportable)
        TARGETS["hanse_news:cluster_feed"] = takes_part
        consequences.register()
        connect()
