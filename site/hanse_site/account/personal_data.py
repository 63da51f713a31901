"""What the account itself and Wagtail's administration hold about a person."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import APIToken, Comment, CommentReply, ModelLogEntry, Page, PageLogEntry, PageSubscription
from wagtail.users.models import UserProfile

from hanse_base.personal_data import ExportFile, PersonalData, personal_data

from ..models import DataExport


def register_personal_data() -> None:
    personal_data.register(
        PersonalData(
            name="account",
            label=_("Account"),
            models=(
                "hanse_site.User",
                "hanse_site.DataExport",
                "account.EmailAddress",
                "mfa.Authenticator",
                "usersessions.UserSession",
            ),
            export=export_account,
            erase=erase_account,
            # last, as others may ask for groups or addresses while they erase
            order=1000,
        )
    )
    personal_data.register(
        PersonalData(
            name="administration",
            label=_("Work in the administration"),
            models=ADMINISTRATION_MODELS,
            export=export_administration,
            erase=erase_administration,
            order=900,
        )
    )


def export_account(user) -> Iterator[ExportFile]:
    """No secrets: neither the password's hash nor keys or codes of a second factor help their owner to anything."""
    yield ExportFile(
        "account.json",
        {
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "language": user.language,
            "time_zone": user.time_zone,
            "joined": user.date_joined,
            "last_login": user.last_login,
            "terms_accepted": user.terms_accepted_at,
            "groups": list(user.groups.order_by("name").values_list("name", flat=True)),
        },
    )
    addresses = EmailAddress.objects.filter(user=user).order_by("pk")
    yield ExportFile("email_addresses.json", list(addresses.values("email", "verified", "primary")))
    factors = Authenticator.objects.filter(user=user).order_by("pk")
    yield ExportFile(
        "second_factors.json",
        [
            {"type": factor.type, "name": str(factor), "created": factor.created_at, "last_used": factor.last_used_at}
            for factor in factors
        ],
    )
    sessions = UserSession.objects.filter(user=user).order_by("pk")
    yield ExportFile("sessions.json", list(sessions.values("created_at", "last_seen_at", "ip", "user_agent")))


def erase_account(user) -> None:
    from .actions import remove_own_data_copy

    for export in DataExport.objects.filter(user=user):
        remove_own_data_copy(export)
    for session in UserSession.objects.filter(user=user):
        session.end()
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()


#: Tables of Wagtail and wagtail-localize that refer to a person. What is in them is the organisation's record of its
#: pages, except for the person's own settings, subscriptions and open editors, which are erased.
ADMINISTRATION_MODELS = (
    "wagtailusers.UserProfile",
    "wagtailcore.PageSubscription",
    "wagtailadmin.EditingSession",
    "wagtailadmin.FormState",
    "wagtailcore.APIToken",
    "wagtailcore.Page",
    "wagtailcore.Revision",
    "wagtailcore.PageLogEntry",
    "wagtailcore.ModelLogEntry",
    "wagtailcore.Comment",
    "wagtailcore.CommentReply",
    "wagtailcore.WorkflowState",
    "wagtailcore.TaskState",
    "wagtailcore.UploadedFile",
    "wagtailimages.Image",
    "wagtaildocs.Document",
    "wagtail_localize.StringTranslation",
    "wagtail_localize.SegmentOverride",
)


def export_administration(user) -> Iterator[ExportFile]:
    profile = UserProfile.objects.filter(user=user).first()
    if profile:
        yield ExportFile(
            "settings.json",
            {
                "language": profile.preferred_language,
                "time_zone": profile.current_time_zone,
                "theme": profile.theme,
                "density": profile.density,
                "notified_of_submitted": profile.submitted_notifications,
                "notified_of_approved": profile.approved_notifications,
                "notified_of_rejected": profile.rejected_notifications,
                "notified_of_comments": profile.updated_comments_notifications,
            },
        )
        if profile.avatar:
            with profile.avatar.open("rb") as picture:
                yield ExportFile(f"avatar{_suffix(profile.avatar.name)}", picture.read())
    actions = [
        {"at": entry.timestamp, "action": entry.action, "type": entry.content_type.model, "label": entry.label}
        for model in (PageLogEntry, ModelLogEntry)
        for entry in model.objects.filter(user=user).select_related("content_type").order_by("timestamp")
        if entry.content_type
    ]
    if actions:
        yield ExportFile("actions.json", actions)
    comments = [
        {"created": comment.created_at, "text": comment.text}
        for model in (Comment, CommentReply)
        for comment in model.objects.filter(user=user).order_by("created_at")
    ]
    if comments:
        yield ExportFile("comments.json", comments)


def erase_administration(user) -> None:
    profile = UserProfile.objects.filter(user=user).first()
    if profile:
        if profile.avatar:
            transaction.on_commit(partial(profile.avatar.storage.delete, profile.avatar.name))
        profile.delete()
    # The log of changes to the account itself is kept with the name of the person as its label.
    about = ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(user), object_id=str(user.pk))
    about.update(label=str(user.pk))
    PageSubscription.objects.filter(user=user).delete()
    for model in (EditingSession, FormState, APIToken):
        model.objects.filter(user=user).delete()
    # Nobody could open what a person who is gone has locked.
    Page.objects.filter(locked_by=user).update(locked=False, locked_by=None, locked_at=None)


def _suffix(name: str) -> str:
    return f".{name.rpartition('.')[2]}" if "." in name else ""
