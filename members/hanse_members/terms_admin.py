"""The administration of terms: a list of all versions, and the form that issues the next one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import CreateView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.coreutils import get_content_languages

from hanse_access.operators import may
from hanse_access.viewsets import ScopedViewSetMixin

from . import actions
from .models import Cluster, Membership, Terms
from .roles import Role
from .through_actions import ThroughActions

#: characters of terms in one language
LONGEST_TERMS = 100_000


class TermsForm(WagtailAdminModelForm):
    """The next version. What is in force already stands in the form when there is one issuer only."""

    cluster = forms.ModelChoiceField(label=_("Whose terms"), queryset=Cluster.objects.none(), empty_label=None)

    class Meta:
        model = Terms
        fields = ["cluster"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        cluster, own = self.fields["cluster"], Membership.objects.with_role(Role.MANAGER).of(self.for_user)
        cluster.queryset = Cluster.objects.active().filter(pk__in=own.order_by().values("cluster_id"))
        if may(self.for_user, "hanse_members.add_terms"):
            cluster.queryset = Cluster.objects.active()
            cluster.required = False
            cluster.empty_label = _("The platform")
        if not cluster.required:
            self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=Terms.Kind.choices, required=False)
        newest = self._in_force()
        for code, language in get_content_languages().items():
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text (%(language)s)") % {"language": language},
                help_text=_("An empty line begins a new paragraph."),
                max_length=LONGEST_TERMS,
                required=False,
                initial=newest.texts.get(code, "") if newest else "",
                widget=forms.Textarea({"rows": 20, "lang": code}),
            )

    def _in_force(self) -> Terms | None:
        choice = self.fields["cluster"]
        issuers = list(choice.queryset[:2])
        if choice.required and len(issuers) == 1:
            return Terms.objects.in_force().filter(cluster=issuers[0]).first()
        return None

    def clean(self):
        cleaned = super().clean()
        languages = get_content_languages()
        texts = {code: cleaned.get(f"text_{code}", "") for code in languages}
        cleaned["texts"] = texts
        kind = cleaned.get("kind") or Terms.Kind.MEMBERS
        cleaned["kind"] = kind
        if kind == Terms.Kind.CONTRACT and cleaned.get("cluster"):
            self.add_error("cluster", _("The contract with clusters is the platform's."))
        if not self.errors and not any(texts.values()):
            self.add_error(f"text_{next(iter(languages))}", _("Please write the text in one language at least."))
        return cleaned

    def _get_validation_exclusions(self):
        return {field.name for field in self._meta.model._meta.fields}


class TermsIndex(IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("cluster")


class TermsCreate(ThroughActions, CreateView):
    log_action = "wagtail.create"
    submit_button_label = _("Put in force")

    def perform(self, data):
        return actions.issue_terms(
            cluster=data["cluster"], texts=data["texts"], kind=data["kind"], by=self.request.user
        )


class TermsViewSet(ScopedViewSetMixin, ModelViewSet):
    model = Terms
    name = "hanse_members_terms"
    icon = "form"
    menu_label = _("Terms")
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = [
        TitleColumn("__str__", label=_("Terms"), get_url=lambda terms: terms.get_absolute_url()),
        Column("issued_at", label=_("In force since"), sort_key="issued_at"),
    ]
    search_fields = []
    search_backend_name = None
    ordering = ["-issued_at", "-pk"]
    index_view_class = TermsIndex
    add_view_class = TermsCreate

    def get_form_class(self, for_update=False):
        return TermsForm
