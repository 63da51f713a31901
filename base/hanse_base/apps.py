from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class HanseBaseConfig(AppConfig):
    name = "hanse_base"
    verbose_name = _("Base")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .cards import Card, cards
        from .clock import ensure_states
        from .csp import replace_inline_scripts
        from .dashboard import dashboard_preferences
        from .exports import neutralise_exports
        from .navigation import NavigationItem, navigation
        from .personal_data import personal_data
        from .upkeep import register_upkeep
        from .waiting import concerns, waiting_card, waiting_counts

        replace_inline_scripts()
        neutralise_exports()
        register_upkeep()
        post_migrate.connect(lambda **kwargs: ensure_states(), sender=self, weak=False, dispatch_uid="hanse_base.jobs")
        personal_data.register(dashboard_preferences)
        navigation.register(
            NavigationItem(
                name="dashboard",
                label=_("Dashboard"),
                url=lambda request: reverse("hanse_base:dashboard"),
                icon="home",
                order=0,
            )
        )
        navigation.register(
            NavigationItem(
                name="waiting",
                label=_("Waiting for me"),
                url=lambda request: reverse("hanse_base:waiting"),
                icon="inbox",
                order=15,
                shown=concerns,
                count=lambda request: sum(waiting_counts(request).values()),
            )
        )
        cards.register(
            Card(
                name="waiting",
                title=_("Waiting for you"),
                template="hanse_base/cards/waiting.html",
                context=waiting_card,
                order=4,
            )
        )
