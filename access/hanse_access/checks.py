from django.apps import apps
from django.core.checks import Error, register

from .models import Scoped

HOOKS = ("shown_q", "stake_q", "stakeholders")


@register()
def scoped_models_define_their_hooks(app_configs, **kwargs):
    """A scoped model without its hooks would answer the rule with an exception, or worse with a guess."""
    errors = []
    for model in apps.get_models():
        if issubclass(model, Scoped):
            errors += [
                Error(
                    f"{model._meta.label} follows the visibility rule but does not define {hook}().",
                    hint="See hanse_access.models.Scoped.",
                    obj=model,
                    id="hanse_access.E001",
                )
                for hook in HOOKS
                if getattr(getattr(model, hook), "__func__", getattr(model, hook))
                is getattr(getattr(Scoped, hook), "__func__", getattr(Scoped, hook))
            ]
    return errors
