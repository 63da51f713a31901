"""Who stands in while one is away."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Cluster, Membership
from .roles import Role


def other_managers(cluster: Cluster, person):
    managing = Membership.objects.with_role(Role.MANAGER).filter(cluster=cluster).exclude(person_id=person.pk)
    people = get_user_model()._default_manager.filter(pk__in=managing.order_by().values("person"))
    return people.order_by("last_name", "first_name", "pk")


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return obj.get_full_name()


class AbsenceForm(forms.Form):
    starts_on = forms.DateField(label=_("First day away"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=_("Last day away"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args, clusters: Sequence[Cluster], person, **kwargs):
        """``clusters`` are those that the person manages together with others."""
        super().__init__(*args, **kwargs)
        self.clusters = {f"deputy-{cluster.pk}": cluster for cluster in clusters}
        self.fields["starts_on"].initial = timezone.localdate()
        for name, cluster in self.clusters.items():
            label = _("Who stands in for you")
            if len(clusters) > 1:
                label = _("Who stands in for you in %(cluster)s") % {"cluster": cluster}
            others = other_managers(cluster, person)
            ids = list(others.values_list("pk", flat=True)[:2])
            only = ids[0] if len(ids) == 1 else None
            self.fields[name] = PersonField(label=label, queryset=others, initial=only, empty_label="")

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if last and last < timezone.localdate():
            self.add_error("ends_on", _("This day is over already."))
        elif first and last and last < first:
            self.add_error("ends_on", _("This is before the first day."))
        return cleaned

    @property
    def deputies(self) -> dict[Cluster, object]:
        return {cluster: self.cleaned_data[name] for name, cluster in self.clusters.items()}
