from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class HanseSearchConfig(AppConfig):
    name = "hanse_search"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from hanse_access.policies import OperatorPolicy

        from . import facets, surfaces
        from .elastic import surfaces as elastic
        from .extraction import surfaces as extraction
        from .models import SearchWeight, SynonymGroup
        from .saved import surfaces as saved

        for model in (SynonymGroup, SearchWeight):
            register_permission_policy(model, OperatorPolicy(model))
        facets.register()
        surfaces.register()
        extraction.register()
        elastic.register()
        saved.register()
        autodiscover_modules("search")
        pre_migrate.connect(drop_triggers, sender=self, dispatch_uid="hanse_search_drop_triggers")
        post_migrate.connect(make_triggers, sender=self, dispatch_uid="hanse_search_make_triggers")


def drop_triggers(sender, using, plan=None, **kwargs) -> None:
    """Only for migrations: without them nothing may happen unnoticed meanwhile."""
    from .triggers import remove

    if plan:
        remove(using)


def make_triggers(sender, using, plan=None, **kwargs) -> None:
    """Not when Django says this after emptying the database: there the triggers still stand."""
    from .documents import trust_nothing
    from .triggers import are_there, install

    if plan is None:
        return
    nothing_new = not plan and are_there(using)  # a plugin may bring a source without a migration
    install(using)
    if not nothing_new:
        trust_nothing()
