"""The editor's form of pages under the rule: the field "Who can see this?".

The choice is no part of the page's content: it is not in revisions and acts as soon as the form is saved, before what
is saved with it is published. Wagtail saves drafts by itself while somebody types; that never changes who sees a page.
"""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel

from .forms import AudienceField
from .models import PageAudience

#: the name of the field in the form
AUDIENCE = "audience"


def note_autosave(request: HttpRequest, *args) -> None:
    """Hook before a page is created or edited: Wagtail's own saving asks for JSON, people for a page.

    The person goes with the request to the form, which gets no request.
    """
    request.user.is_autosaving = not request.accepts("text/html")


def audience_panel() -> FieldPanel:
    """The panel to put among a page type's ``content_panels``; its ``base_form_class`` must be a ScopedPageForm."""
    return FieldPanel(AUDIENCE, heading=_("Who can see this?"), icon="view")


class ScopedPageForm(WagtailAdminPageForm):
    """Base form of page types with ScopedPageMixin. People who may not edit the page are not asked."""

    audience = forms.Field(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        page, is_new = self.instance, self.instance.pk is None
        if not is_new and not page.audience_changeable_by(self.for_user):
            del self.fields[AUDIENCE]
            return
        help_text = _("Acts as soon as you save, for the published page too. It is not saved automatically.")
        if is_new:
            field = AudienceField(
                user=self.for_user,
                model=type(page),
                initial=page.default_scopes(self.for_user, self.parent_page),
                help_text=help_text,
            )
        else:
            row = PageAudience.objects.select_related("audience", "requested_audience").get(page_id=page.pk)
            field = AudienceField(
                user=self.for_user,
                model=type(page),
                present=row.audience.scope_set,
                requested=row.requested_audience.scope_set if row.requested_audience else (),
                help_text=help_text,
            )
        self.fields[AUDIENCE] = field
        self.initial[AUDIENCE] = field.initial

    def clean(self):
        cleaned = super().clean()
        chosen = cleaned.get(AUDIENCE)
        autosaving = getattr(self.for_user, "is_autosaving", False)
        if chosen is not None and autosaving and set(chosen) != set(self.fields[AUDIENCE].initial):
            self.add_error(AUDIENCE, _("Save the page to change who can see it; this is not saved automatically."))
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        chosen = self.cleaned_data.get(AUDIENCE)
        if not chosen:
            return
        try:
            self.instance.check_audience(chosen)
        except ValidationError as problem:
            self._add_where_possible(problem)

    def _add_where_possible(self, problem: ValidationError) -> None:
        """Errors of fields to their fields, where the form has them."""
        if not hasattr(problem, "error_dict"):
            self.add_error(AUDIENCE, problem)
            return
        for field, errors in problem.error_dict.items():
            self.add_error(field if field in self.fields else AUDIENCE, errors)

    def save(self, commit=True):
        """Hands the choice to the page, which follows it when its revision is saved (a preview saves none)."""
        if self.cleaned_data.get(AUDIENCE):
            self.instance.chosen_audience = (self.cleaned_data[AUDIENCE], self.for_user)
        return super().save(commit)
