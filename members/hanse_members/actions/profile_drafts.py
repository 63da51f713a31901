"""A manager drafts a profile for a member; nothing of it shows before the member confirms it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer
from hanse_activity.tasks import send_after_commit
from hanse_base.link_tokens import revoke_link, use_link

from ..models import Membership, Profile, ProfileDraft
from .errors import NotPermitted, NotPossible
from .profiles import save_profile
from .standing import manages

#: a draft can be confirmed for so long, and is removed then
DRAFT_FOR = timedelta(days=30)
#: between two mails to one person from one cluster
PAUSE = timedelta(days=1)
PURPOSE = "members.profile_draft"


@transaction.atomic
def draft_profile(membership: Membership, *, answers: dict[str, list[str]], by) -> ProfileDraft:
    """Send the member a mail with a link to what ``by`` has put together; an earlier draft of the cluster is replaced.

    One mail a day: what is sent again before that is read by the link of the first. ``answers`` are those of a valid
    ``DraftForm``. Raises NotPermitted, or NotPossible where ``by`` can see that there is a profile. A profile that
    ``by`` does not see makes no difference, nor does a person who blocks ``by``, so that nobody learns of either.
    """
    if not manages(by, membership.cluster):
        raise NotPermitted
    person = membership.person
    if membership.state != Membership.State.APPROVED or not person.is_active:
        raise NotPossible(_("This person is no member of your cluster."))
    if Profile.objects.visible_to(Viewer.of(by)).of(person).exists():
        raise NotPossible(_("%(person)s has a profile and writes it alone.") % {"person": person.get_full_name()})
    now = timezone.now()
    drafts = ProfileDraft.objects.select_for_update(of=("self",)).of(person)
    draft = drafts.filter(cluster=membership.cluster).first()
    again = draft is not None and draft.made_at > now - PAUSE
    draft = draft or ProfileDraft(person=person, cluster=membership.cluster)
    draft.drafted_by, draft.answers, draft.ended_at = by, answers, None
    if not again:
        revoke_link(draft.token_id)
        draft.token, draft.made_at, draft.expires_at = None, now, now + DRAFT_FOR
        draft.mail, draft.mail_tries, draft.mail_changed_at = ProfileDraft.Mail.WAITING, 0, now
    draft.save()
    record("profile.drafted", by=by, obj=draft, scope=("cluster", membership.cluster_id))
    if not again:
        send_after_commit([draft.pk], "profile-drafts")
    return draft


@transaction.atomic
def confirm_draft(draft: ProfileDraft, *, values: dict[str, Any], secret: str | None = None) -> Profile:
    """Make it the person's profile, seen by all members; of one that is there, fill what is empty.

    ``draft`` is as the person has read it. ``secret`` is that of the link, which is used up. That it is the person who
    confirms is for the caller to know, by the link or by the session. Raises NoSuchLink, or NotPossible for one that
    has changed or is gone meanwhile.
    """
    if secret is not None:
        use_link(PURPOSE, secret)
    found = ProfileDraft.objects.working().select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if found is None or found.answers != draft.answers:
        raise NotPossible(_("This draft has changed or is gone. Please read it again."))
    present = Profile.objects.of(draft.person).select_related("audience").first()
    scopes = present.audience.scope_set if present else [Scope("platform", 0)]
    filled = set(present.fields.filter(is_filled=True).values_list("name", flat=True)) if present else set()
    profile = save_profile(
        person=draft.person,
        values={name: value for name, value in values.items() if name not in filled},
        scopes=scopes,
    )
    # Without the cluster: its management is told by what it sees, and of a profile for others by nothing.
    record("profile.draft_confirmed", by=draft.person, obj=profile)
    end_draft(found)
    return profile


@transaction.atomic
def discard_draft(draft: ProfileDraft) -> None:
    """The person does not want it: what stood in it is gone, and so is its link."""
    record("profile.draft_discarded", by=draft.person)
    end_draft(draft)


def end_draft(draft: ProfileDraft) -> None:
    """Keep nothing but that there was one."""
    revoke_link(draft.token_id)
    ProfileDraft.objects.filter(pk=draft.pk).update(answers={}, token=None, ended_at=timezone.now())


@transaction.atomic
def remove_draft(draft: ProfileDraft) -> None:
    revoke_link(draft.token_id)
    draft.delete()


def remove_drafts() -> int:
    """Timed job: drafts that nobody confirmed in time. Returns their number."""
    late = ProfileDraft.objects.filter(expires_at__lt=timezone.now())
    for draft in (rows := list(late)):
        remove_draft(draft)
    return len(rows)
