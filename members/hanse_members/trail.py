"""How the audit trail tells the details of this plugin's steps; ``audit.py`` names the steps."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .consequences import consequences
from .models import Cluster, ClusterEntry, Membership, Organisation, Topic, TopicLabel
from .organisation_specs import SPECS
from .roles import Role


def role_name(value: Any) -> str:
    return str(Role(value).label) if value in Role.values else str(value)


def state_name(value: Any) -> str:
    return str(Membership.State(value).label) if value in Membership.State.values else str(value)


def field_names(value: Any) -> str:
    models = (Topic, TopicLabel, Organisation, ClusterEntry, Cluster)
    options = [model._meta for model in models]
    fields = {name: str(spec.label) for name, spec in SPECS.items()}
    fields |= {field.name: str(field.verbose_name) for each in options for field in (*each.fields, *each.many_to_many)}
    fields |= {"logo": gettext("Logo"), "logo_dark": gettext("Logo in dark mode")}
    fields |= {"regions": gettext("Regions"), "fields": gettext("Fields of work")}
    return ", ".join(capfirst(fields.get(name, name)) for name in value)


def yes_or_no(value: Any) -> str:
    return gettext("yes") if value else gettext("no")


def numbers_told(value: Any) -> str:
    """What became of a cluster's things, each with its number."""
    labels = {each.name: str(each.label) for each in consequences}
    return ", ".join(f"{labels.get(name, name)} {number}" for name, number in sorted(value.items()))


DETAILS = {
    "numbers": (_("What it concerned"), numbers_told),
    "role": (_("Role"), role_name),
    "before": (_("Before"), role_name),
    "fields": (_("Changed"), field_names),
    "field": (_("Number of the field"), str),
    "state": (_("State"), state_name),
    "keeps": (_("Looks after the organisation"), yes_or_no),
    "version": (_("Version"), str),
    "digest": (_("Digest"), str),
    "number": (_("Number"), str),
    "into_organisation": (_("Number of the other organisation"), str),
    "moved_people": (_("People moved"), str),
    "moved_clusters": (_("Memberships moved"), str),
    "moved_enquiries": (_("Enquiries moved"), str),
    "moved_follows": (_("Followers moved"), str),
    "moved_records": (_("External keys moved"), str),
    "source": (_("Number of the source"), str),
    "added": (_("Added"), str),
    "updated": (_("Updated"), str),
    "into": (_("Number of the other topic"), str),
    "membership": (_("Number of the membership"), str),
    "agreed": (_("Named on the entry page"), yes_or_no),
}
