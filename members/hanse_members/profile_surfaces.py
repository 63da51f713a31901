"""Where profiles appear beside their own pages: the dashboard, the copy of one's own data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_access.descriptions import describe_audiences
from hanse_activity.blocks import blocked_ids
from hanse_activity.outboxes import Outbox, outboxes
from hanse_base.cards import Card, cards
from hanse_base.jobs import TimedJob, jobs
from hanse_base.personal_data import ExportFile, PersonalData, personal_data

from .actions.profile_drafts import remove_draft, remove_drafts
from .expert_lists import listed
from .field_kinds import FIELD_KINDS
from .field_reading import contents
from .freshness_reminders import ask_to_confirm
from .models import Profile, ProfileDraft, ScopedFieldRelease
from .near_kinds import experts
from .nearness import find_near
from .profile_drafts import write_draft_mail
from .profile_reading import read_list
from .profile_specs import SPECS

#: fields by which others find somebody; who filled these is not asked for more
WANTED = ("function", "competences", "offers", "looks_for", "picture")
NEW_FOR = timedelta(days=60)
MOST_NEW, MOST_NEAR = 5, 4


def own_profile(request: HttpRequest) -> dict | None:
    """What is to be done about the own profile: begin it, fill it, confirm it."""
    if not request.viewer.is_member:
        return None
    profile = Profile.objects.of(request.user).first()
    draft = (
        ProfileDraft.objects.working()
        .of(request.user)
        .select_related("cluster", "drafted_by")
        .order_by("-made_at")
        .first()
    )
    if profile is None:
        return {"profile": None, "draft": draft}
    filled = set(profile.fields.filter(is_filled=True).values_list("name", flat=True))
    missing = [SPECS[name].label for name in WANTED if name not in filled]
    if not missing and not profile.asks_to_be_confirmed and draft is None:
        return None
    return {
        "profile": profile,
        "draft": draft,
        "missing": missing,
        "done": len(WANTED) - len(missing),
        "wanted": len(WANTED),
    }


def near_in_topics(request: HttpRequest) -> dict | None:
    """Who is near in topics, for members; those without topics read what to do."""
    if not request.viewer.is_member:
        return None
    profile = Profile.objects.of(request.user).first()
    nearness = find_near(experts, profile, request.viewer, most=MOST_NEAR) if profile else None
    return {"nearness": nearness}


def new_people(request: HttpRequest) -> dict | None:
    """Profiles that others have made lately and that this person may see."""
    since = timezone.now() - NEW_FOR
    found = listed(request.viewer).filter(created_at__gte=since).exclude(person=request.user.pk)
    found = found.suggestible().exclude(person__in=blocked_ids(request.user))
    rows = list(found.order_by("-created_at", "-pk")[:MOST_NEW])
    if not rows:
        return None
    describe_audiences([row.audience_in_force_id for row in rows], request.viewer)
    return {"profiles": read_list(rows, request.viewer)}


def export(person) -> Iterator[ExportFile]:
    profile = Profile.objects.of(person).first()
    if profile is not None:
        items = contents(profile.fields.all())
        yield ExportFile(
            "profile.json",
            {
                "name": profile.name,
                "confirmed_at": profile.confirmed_at.isoformat(),
                "fields": [
                    {
                        "field": item.row.name,
                        "text": item.text,
                        "choices": [choice.value for choice in item.row.choices.all()],
                        "topics": item.topics,
                        "seen_by": "those who see the profile" if item.row.follows else "chosen people",
                        "others_may_ask": item.row.on_request,
                    }
                    for item in items
                ],
            },
        )
        for item in items:
            if item.picture is not None:
                with item.picture.file.open() as file:
                    yield ExportFile(item.picture.label, file.read())
    for draft in ProfileDraft.objects.of(person).select_related("cluster"):
        made = {"cluster": draft.cluster.name, "made_at": draft.made_at.isoformat(), "answers": draft.answers}
        yield ExportFile("profile_draft.json", made)
    given = FIELD_KINDS["profile"].release.objects.answered_by(person)
    asked = [row for kind in FIELD_KINDS.values() for row in kind.release.objects.by(person).select_related("field")]
    yield ExportFile(
        "releases.json",
        {
            "of_my_fields": [
                _release(row) | {"for_outsider": row.outsider}
                for row in given.select_related("field").order_by("made_at")
            ],
            "to_me": [
                _release(row) | {"of": row.field.holder_name, "my_message": row.message}
                for row in sorted(asked, key=lambda row: row.made_at)
            ],
        },
    )


def _release(row: ScopedFieldRelease) -> dict:
    return {
        "field": row.field.name,
        "state": row.state,
        "answer": row.answer,
        "made_at": row.made_at.isoformat(),
        "decided_at": row.decided_at and row.decided_at.isoformat(),
        "expires_at": row.expires_at and row.expires_at.isoformat(),
    }


def erase(person) -> None:
    """The profile goes with all its fields, and so do the questions that the person asked."""
    Profile.objects.of(person).delete()
    for draft in ProfileDraft.objects.of(person):
        remove_draft(draft)
    for kind in FIELD_KINDS.values():
        kind.release.objects.by(person).delete()


def register() -> None:
    cards.register(
        Card(
            name="profile",
            title=_("Your profile"),
            template="hanse_members/cards/profile.html",
            context=own_profile,
            order=1,
            wide=False,
        )
    )
    cards.register(
        Card(
            name="near-in-topics",
            title=_("Near you in topics"),
            template="hanse_members/cards/near.html",
            context=near_in_topics,
            order=35,
            wide=False,
        )
    )
    cards.register(
        Card(
            name="new-people",
            title=_("Who is new"),
            template="hanse_members/cards/new_people.html",
            context=new_people,
            order=40,
            wide=False,
        )
    )
    jobs.register(
        TimedJob(
            name="members.ask_to_confirm",
            label=_("Ask whether profiles and organisations are still right"),
            every=timedelta(days=1),
            run=ask_to_confirm,
        )
    )
    outboxes.register(Outbox(name="profile-drafts", rows=ProfileDraft.objects.all, write=write_draft_mail))
    jobs.register(
        TimedJob(
            name="members.remove_drafts",
            label=_("Remove drafts of profiles that nobody confirmed"),
            every=timedelta(days=1),
            run=remove_drafts,
        )
    )
    personal_data.register(
        PersonalData(
            name="profiles",
            label=_("Profile"),
            models=(
                "hanse_members.Profile",
                "hanse_members.ProfileDraft",
                "hanse_members.FieldRelease",
                "hanse_members.ProfilePicture",
                "hanse_members.OrganisationFieldRelease",
                "hanse_members.OrganisationLogo",
            ),
            export=export,
            erase=erase,
            order=24,
        )
    )
