from django import forms
from django.utils.translation import gettext_lazy as _

from hanse_access.operators import OPERATORS
from hanse_site.models import User

from . import actions


class PersonForm(forms.ModelForm):
    """What operators may change about a person. Name, address and password belong to the person alone."""

    required_css_class = "required"
    is_active = forms.BooleanField(
        label=_("Account is open"), required=False, help_text=_("A closed account cannot sign in; nothing is deleted.")
    )
    is_operator = forms.BooleanField(
        label=_("Operator"), required=False, help_text=_("Runs the platform: clusters, accounts, all pages.")
    )

    class Meta:
        model = User
        fields = ()

    def __init__(self, *args, for_user: User, editing_self: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.for_user = for_user
        self.fields["is_active"].initial = self.instance.is_active
        self.fields["is_operator"].initial = self.instance.groups.filter(name=OPERATORS).exists()
        if editing_self:
            for field in self.fields.values():
                field.disabled = True

    def clean(self):
        data = super().clean()
        if self.has_changed():
            actions.check_changeable(self.instance, by=self.for_user)
        return data

    def save(self, commit=True):
        person = User.objects.get(pk=self.instance.pk)
        if not self.has_changed():
            return person
        actions.set_active(person, self.cleaned_data["is_active"], by=self.for_user)
        actions.set_operator(person, self.cleaned_data["is_operator"], by=self.for_user)
        return person
