"""Views of the administration that leave the work to actions."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from wagtail.log_actions import log

from . import actions


class ThroughActions:
    """Lets ``perform`` do the work of a form; what an action refuses is shown on the form."""

    log_action = "wagtail.edit"

    def perform(self, data: dict):
        raise NotImplementedError

    def save_instance(self):
        instance = self.perform(self.form.cleaned_data)
        log(instance=instance, action=self.log_action, user=self.request.user)
        return instance

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        except ValidationError as problem:
            form.add_error(None, problem)
        self.produced_error_code = "validation_error"
        self.produced_error_message = self.get_error_message()
        return self.form_invalid(form)
