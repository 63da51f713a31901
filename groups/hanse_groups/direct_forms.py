"""Writing to somebody, beginning a group, and whom one accepts messages from."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Direct, MessageSettings, Participant
from .models.messages import LONGEST_MESSAGE


class WriteForm(forms.Form):
    """The first message. ``client_key`` makes sending it again harmless."""

    body = forms.CharField(
        label=_("Message"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Only the people in the conversation read it."),
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput)


class GroupForm(WriteForm):
    title = forms.CharField(
        label=_("Title"),
        max_length=Direct._meta.get_field("title").max_length,
        required=False,
        help_text=_("What it is about. Everybody in the conversation sees it."),
    )
    field_order = ("title", "body", "client_key")


class TitleForm(forms.ModelForm):
    class Meta:
        model = Direct
        fields = ("title",)


class DirectLevelForm(forms.Form):
    level = forms.ChoiceField(choices=Participant.Level.choices)


class MessageSettingsForm(forms.ModelForm):
    class Meta:
        model = MessageSettings
        fields = ("accepts", "mails_show_text", "shows_presence")
        widgets = {"accepts": forms.RadioSelect}
        help_texts = {
            "accepts": _(
                "It counts in both directions: whom you do not accept messages from, you cannot write to. Whoever "
                "shares neither a cluster nor a room with you asks first, and you decide."
            )
        }
