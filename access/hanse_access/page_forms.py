"""The editor's form of pages under the rule: who can see the page, and what its content may refer to.

The choice is no part of the page's content: it is not in revisions and acts as soon as the form is saved, before what
is saved with it is published. Wagtail saves drafts by itself while somebody types; that never changes who sees a page.
"""

from __future__ import annotations

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry

from .forms import AudienceField
from .models import PageAttachment, PageAudience
from .page_content import PUBLIC_MEDIA_ERROR, references
from .panels import AudiencePanel
from .scopes import PUBLIC
from .viewer import Viewer

#: the name of the field in the form
AUDIENCE = "audience"


def note_autosave(request: HttpRequest, *args) -> None:
    """Hook before a page is created or edited: Wagtail's own saving asks for JSON, people for a page.

    The person goes with the request to the form, which gets no request.
    """
    request.user.is_autosaving = not request.accepts("text/html")


def audience_panel() -> AudiencePanel:
    """The panel to put among a page type's ``content_panels``; its ``base_form_class`` must be a ScopedPageForm."""
    return AudiencePanel(AUDIENCE, heading=_("Who can see this?"), icon="view")


class UsableContentForm(WagtailAdminPageForm):
    """Form of all page types that take private files, open ones too: a published page opens the files on it.

    Content that the person may not use (a private file or a page by a number that was never offered) is an error at its
    field, unless it was there before.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        is_new = self.instance.pk is None
        self.known_before = set(references(self.instance)) if self.is_bound and not is_new else set()

    def _post_clean(self):
        super()._post_clean()
        if self.is_bound and self.for_user is not None:
            for field in sorted(self._fields_with_foreign_things()):
                message = _("This refers to something that you cannot use here. Please choose again.")
                self.add_error(field if field in self.fields else None, message)

    def _fields_with_foreign_things(self) -> set[str]:
        from .page_explorer import known_pages

        new = [reference for reference in references(self.instance) if reference not in self.known_before]
        files = {reference.pk for reference in new if reference.model is PageAttachment}
        pages = {reference.pk for reference in new if reference.model is Page}
        allowed = set()
        if files:
            policy = policy_registry.get_by_type(PageAttachment)
            mine = policy.instances_user_has_permission_for(self.for_user, "choose").filter(pk__in=files)
            allowed |= {(PageAttachment, str(pk)) for pk in mine.values_list("pk", flat=True)}
        if pages:
            known = known_pages(Viewer.of(self.for_user)).filter(pk__in=pages)
            allowed |= {(Page, str(pk)) for pk in known.values_list("pk", flat=True)}
        return {
            reference.field
            for reference in new
            if reference.model in (PageAttachment, Page) and (reference.model, reference.pk) not in allowed
        }


class ScopedPageForm(UsableContentForm):
    """Form of page types with ScopedPageMixin. People who may not edit the page are not asked who can see it.

    Media that anybody could open are an error at their field, on a page that is not public.
    """

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
                about=page,
                help_text=help_text,
            )
        self.fields[AUDIENCE] = field
        self.initial[AUDIENCE] = field.initial

    def clean(self):
        cleaned = super().clean()
        if getattr(self.for_user, "is_autosaving", False):
            self._leave_audience(cleaned)
        chosen = cleaned.get(AUDIENCE)
        if chosen:
            self.instance.audience_to_be = chosen
            if self.instance.pk is not None and PUBLIC not in chosen:
                self._check_other_versions()
        return cleaned

    def _leave_audience(self, cleaned: dict) -> None:
        """Forget the choice, unfinished ones too: it waits in the browser until somebody saves.

        A new page begins with what the form offers as long as nothing else was chosen, else with its editors only.
        """
        chosen = cleaned.get(AUDIENCE)
        if self.instance.pk is None and chosen and set(chosen) == set(self.fields[AUDIENCE].initial):
            return
        cleaned.pop(AUDIENCE, None)
        self.errors.pop(AUDIENCE, None)

    def _check_other_versions(self) -> None:
        try:
            self.instance.check_other_versions(replaces_live="action-publish" in self.data)
        except ValidationError as problem:
            self.add_error(AUDIENCE, problem)

    def _update_errors(self, errors):
        """Errors of fields to their fields, where the form has them."""
        if hasattr(errors, "error_dict"):
            for field in [field for field in errors.error_dict if field not in self.fields]:
                elsewhere = errors.error_dict.pop(field)
                errors.error_dict.setdefault(NON_FIELD_ERRORS, []).extend(elsewhere)
        super()._update_errors(errors)

    def is_valid(self):
        return super().is_valid() and self._inline_children_fit()

    def _inline_children_fit(self) -> bool:
        """Inline children are no part of the instance yet when it is cleaned."""
        if PUBLIC in (self.instance.audience_to_be or self.instance.present_scopes()):
            return True
        fit = True
        for form in (form for formset in self.formsets.values() for form in formset.forms):
            for name, value in list(getattr(form, "cleaned_data", {}).items()):
                if isinstance(value, (get_image_model(), get_document_model())):
                    form.add_error(name, PUBLIC_MEDIA_ERROR)
                    fit = False
        return fit

    def save(self, commit=True):
        """Hands the choice to the page, which follows it when its revision is saved (a preview saves none)."""
        if self.cleaned_data.get(AUDIENCE):
            self.instance.chosen_audience = (self.cleaned_data[AUDIENCE], self.for_user)
        return super().save(commit)
