from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views.generic import CopyView
from wagtail.users.views.bulk_actions import AssignRoleBulkAction, SetActiveStateBulkAction
from wagtail.users.views.users import CreateView, EditView, IndexView, UserViewSet

from hanse_access.operators import operator_group

from . import actions
from .forms import PersonForm


class PeopleIndexView(IndexView):
    page_title = _("People")
    columns_shown = ("bulk_actions", "name")

    @property
    def columns(self):
        kept = [column for column in super().columns if column.name in self.columns_shown]
        return [
            *kept,
            Column("email", label=_("E-mail address"), accessor="email", sort_key="email"),
            BooleanColumn("is_active", label=_("Account is open"), sort_key="is_active"),
            DateColumn("last_login", label=_("Last signed in"), sort_key="last_login"),
        ]

    def get_base_queryset(self):
        return super().get_base_queryset().filter(deleted_at__isnull=True)


class PersonEditView(EditView):
    template_name = "wagtailadmin/generic/edit.html"
    success_message = _("The account of %(object)s is changed.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"for_user": self.request.user}


class NobodyIsAdded:
    """Only superusers would get here: the permission to add people is nobody's."""

    def dispatch(self, request, *args, **kwargs):
        messages.info(request, _("People sign up themselves, or are invited by a cluster."))
        return redirect(reverse("wagtailusers_users:index"))


class PersonAddView(NobodyIsAdded, CreateView):
    pass


class PersonCopyView(NobodyIsAdded, CopyView):
    pass


class PeopleViewSet(UserViewSet):
    menu_label = _("People")
    add_view_class = PersonAddView
    copy_view_class = PersonCopyView
    index_view_class = PeopleIndexView
    edit_view_class = PersonEditView

    def get_form_class(self, for_update=False):
        return PersonForm


class NameOperatorsForm(forms.Form):
    role = forms.ModelChoiceField(label=_("Role"), queryset=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = type(operator_group()).objects.filter(pk=operator_group().pk)


class NameOperatorsBulkAction(AssignRoleBulkAction):
    """In place of Wagtail's, which gives any group without a record."""

    form_class = NameOperatorsForm

    def get_execution_context(self):
        return super().get_execution_context() | {"by": self.request.user}

    @classmethod
    def execute_action(cls, objects, role=None, by=None, **kwargs):
        return _each(objects, lambda person: actions.set_operator(person, True, by=by)), 0


class SetActiveBulkAction(SetActiveStateBulkAction):
    """In place of Wagtail's, which leaves no record."""

    @classmethod
    def execute_action(cls, objects, mark_as_active=False, user=None, **kwargs):
        return _each(objects, lambda person: actions.set_active(person, mark_as_active, by=user)), 0


def _each(people, act) -> int:
    """How many it was done to; accounts that refuse are left out and counted by the message."""
    done = 0
    for person in people:
        try:
            act(person)
        except ValidationError:
            continue
        done += 1
    return done
