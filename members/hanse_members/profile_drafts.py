"""Drafts of profiles: the form, the mail, and what is read of one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_activity.mails import MailContent, build_mail
from hanse_base.link_tokens import issue_link, revoke_link

from .actions.profile_drafts import PURPOSE
from .models import ProfileDraft
from .models.topics import topic_labels
from .profile_forms import ProfileForm
from .profile_specs import SPECS

#: ends of the names of fields with several values
SEVERAL = ("_topics", "_choices")


class DraftForm(ProfileForm):
    """The profile as somebody else may put it together: no picture, and nobody chooses who sees it but the person."""

    parts = (
        (gettext_lazy("About the person"), ("function",)),
        (gettext_lazy("What the person knows and offers"), ("competences", "offers", "looks_for")),
        (gettext_lazy("How others can call on the person"), ("roles", "languages")),
        (gettext_lazy("Contact"), ("email", "phone", "website", "orcid")),
    )
    #: of inputs that speak to their owner in the form of the own profile
    labels: ClassVar[dict[str, Any]] = {
        "function": gettext_lazy("What the person does"),
        "competences_topics": gettext_lazy("Topics"),
        "competences": gettext_lazy("In words"),
        "offers_choices": SPECS["offers"].label,
        "looks_for_choices": SPECS["looks_for"].label,
        "roles_choices": SPECS["roles"].label,
        "languages_choices": SPECS["languages"].label,
    }

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, user=person, profile=None, stored={}, **kwargs)
        for name in ("picture", "no_picture", "scopes"):
            self.fields.pop(name, None)
        for name, label in self.labels.items():
            self.fields[name].label = label
        self.fields["orcid"].help_text = ""

    @classmethod
    def of(cls, draft: ProfileDraft) -> DraftForm:
        """With what was answered; bound, so that it is checked again against topics and lists as they are now."""
        return cls(answers_as_sent(draft.answers), person=draft.person)

    def answers(self) -> dict[str, list[str]]:
        """What was checked, to be stored: of a field with one value the one that the form has looked at."""
        sent = {
            name: self.data.getlist(name) if name.endswith(SEVERAL) else [self.data.get(name, "")]
            for name in self.fields
        }
        return {name: values for name, values in sent.items() if any(values)}

    def clean(self):
        data = super().clean()
        if not self.errors and not any(data.values()):
            self.add_error(None, _("Please fill in at least one field."))
        return data


def answers_as_sent(answers: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in answers.items():
        data.setlist(name, values)
    return data


def initial_of(draft: ProfileDraft) -> dict[str, Any]:
    """For the form of the own profile."""
    return {name: values if name.endswith(SEVERAL) else values[0] for name, values in draft.answers.items()}


def read_draft(form: DraftForm) -> list[tuple[Any, list[str], str]]:
    """Of a valid form: label, choices and topics, text of each filled field."""
    read = []
    for name, value in form.values().items():
        spec = SPECS[name]
        labels = topic_labels({topic.pk for topic in value.topics})
        named = [*map(str, spec.labels(value.choices)), *sorted(labels.values())]
        if named or value.text:
            read.append((spec.label, named, value.text))
    return read


def write_draft_mail(draft: ProfileDraft) -> EmailMultiAlternatives | None:
    """The mail with a new link, without anything of what stands in the draft. None if it is void by now."""
    with transaction.atomic():
        rows = ProfileDraft.objects.working().select_for_update(of=("self",))
        found = rows.select_related("cluster", "drafted_by", "person").filter(pk=draft.pk).first()
        if found is None:
            return None
        revoke_link(found.token_id)
        found.token, secret = issue_link(PURPOSE, expires_at=found.expires_at)
        found.save(update_fields=["token"])
    with translation.override(getattr(found.person, "language", "") or settings.LANGUAGE_CODE):
        return build_mail(found.person.email, _content(found, secret))


def _content(draft: ProfileDraft, secret: str) -> MailContent:
    names = {
        "person": draft.drafted_by.get_full_name() if draft.drafted_by else "",
        "cluster": draft.cluster,
        "day": date_format(timezone.localtime(draft.expires_at), "DATE_FORMAT"),
    }
    return MailContent(
        subject=_("%(person)s has drafted your profile") % names,
        paragraphs=(
            _("%(person)s of %(cluster)s has put together a profile for you, so that others find you.") % names,
            _(
                "Nothing of it shows before you have read and confirmed it. You can change it first, or throw it away. "
                "The link works until %(day)s; then the draft is removed."
            )
            % names,
        ),
        url=reverse("hanse_members:confirm_draft", args=[secret]),
        action=_("Read the draft"),
        note=_("You get this mail because you are a member of %(cluster)s.") % names,
    )
