"""Asking and answering."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanse_access.forms import AudienceField
from hanse_access.viewer import Viewer
from hanse_base.rate_limits import RateLimit
from hanse_members.giveaways import giveaways
from hanse_members.models import Cluster
from hanse_members.topic_fields import TopicsField

from .actions.questions import MOST_TOPICS, PLATFORM
from .models import LONGEST_REPLY, LONGEST_TEXT, Question

#: warnings of one person: more would read the names of colleagues out of them
WARNED = RateLimit("giveaways", most=60, period=timedelta(hours=1))


class Unnamed(forms.Form):
    """A form whose text may be shown without the writer's name: warns of what in it could tell who that is.

    It is refused once, and sent as it is when the writer says so. ``_is_unnamed`` says whether the name is to stay
    unknown; ``user`` is the writer.
    """

    sure = forms.BooleanField(label=_("It says nothing about me. Send it as it is."), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.warned = False

    def _is_unnamed(self) -> bool:
        return True

    def clean(self):
        cleaned = super().clean()
        sure = cleaned.pop("sure", False)
        self.warned = self._is_unnamed() and (sure or self._warn(cleaned))
        return cleaned

    def _warn(self, cleaned) -> bool:
        key = str(self.user.pk)
        if WARNED.is_reached(key):
            said = gettext("Your texts were checked a lot within an hour. Please read this one yourself.")
            self.add_error(None, said)
            return True
        pieces = giveaways("\n".join(str(cleaned.get(name) or "") for name in ("title", "text")), self.user)
        if pieces:
            WARNED.count(key)
            named = get_text_list([f"“{piece}”" for piece in pieces[:5]], gettext("and"))
            warning = gettext("Your text may give you away: it names %(pieces)s. Nothing is sent yet.")
            self.add_error(None, warning % {"pieces": named})
        return bool(pieces)

    def __iter__(self):
        """The box is there for who was warned."""
        return iter([field for field in list(super().__iter__()) if field.name != "sure" or self.warned])


class QuestionForm(Unnamed):
    """A new question, or one that is changed. Only its one sentence must be written; all members see it unless chosen.

    Whether the name is shown is said once, when it is asked: taken away later, it would be known already.
    """

    title = forms.CharField(
        label=_("Your question in one sentence"),
        max_length=Question._meta.get_field("title").max_length,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    text = forms.CharField(
        label=_("More about it"),
        help_text=_("What it is for, what you have tried. Nothing that is to stay confidential."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )
    is_anonymous = forms.BooleanField(
        label=_("Ask without my name"),
        help_text=_(
            "Nobody is told who asks, the management and the operators included. The management of your cluster sees "
            "that the question comes from there. What you add later shows no name either; an objection after a report "
            "does. Take care that the text does not give you away."
        ),
        required=False,
    )

    def __init__(self, *args, user, question: Question | None = None, **kwargs):
        initial = {}
        if question is not None:
            initial = {"title": question.title, "text": question.text, "topics": list(question.topics.all())}
        super().__init__(*args, user=user, initial=initial, **kwargs)
        self.question = question
        if question is not None:
            del self.fields["is_anonymous"]
            self.fields["scopes"] = AudienceField.of(question, user=user)
        else:
            preset = {"initial": {PLATFORM}} if Viewer.of(user).holds(*PLATFORM) else {}
            self.fields["scopes"] = AudienceField(user=user, model=Question, **preset)
        words = f"{self['title'].value() or ''} {self['text'].value() or ''}"
        self.fields["topics"] = TopicsField(
            maximum=MOST_TOPICS,
            required=False,
            suggest_from=words,
            help_text=_("Who follows one of them is told of your question."),
        )
        self.order_fields(["title", "text", "scopes", "is_anonymous", "topics", "sure"])

    def _is_unnamed(self):
        return self.question.is_anonymous if self.question else bool(self.cleaned_data.get("is_anonymous"))


class ReplyForm(forms.Form):
    text = forms.CharField(label=_("Your answer"), max_length=LONGEST_REPLY, widget=forms.Textarea({"rows": 5}))


class AddForm(Unnamed):
    """What whoever asked adds; ``unnamed`` where the question has no name."""

    text = forms.CharField(label=_("Add something"), max_length=LONGEST_REPLY, widget=forms.Textarea({"rows": 4}))

    def __init__(self, *args, unnamed: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.unnamed = unnamed
        self.order_fields(["text", "sure"])

    def _is_unnamed(self):
        return self.unnamed


class RoomForm(forms.Form):
    """Where the room is at home; asked only between several clusters."""

    cluster = forms.ModelChoiceField(label=_("At home in"), queryset=Cluster.objects.none(), empty_label=None)

    def __init__(self, *args, clusters, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cluster"].queryset = clusters
        found = list(clusters[:2])
        self.only_cluster = found[0] if len(found) == 1 else None
        if self.only_cluster:
            del self.fields["cluster"]

    def clean(self):
        cleaned = super().clean()
        if self.only_cluster:
            cleaned["cluster"] = self.only_cluster
        return cleaned
