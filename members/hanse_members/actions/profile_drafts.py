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
PURPOSE = "members.profile_draft"


@transaction.atomic
def draft_profile(membership: Membership, *, answers: dict[str, list[str]], by) -> ProfileDraft:
    """Send the member a mail with a link to what ``by`` has put together; an earlier draft is replaced.

    ``answers`` are those of a valid ``DraftForm``. Raises NotPermitted, or NotPossible where ``by`` can see that there
    is a profile, or where another cluster's management has a draft under way. A profile that ``by`` does not see makes
    no difference, so that nobody learns of it.
    """
    if not manages(by, membership.cluster):
        raise NotPermitted
    person = membership.person
    if membership.state != Membership.State.APPROVED or not person.is_active:
        raise NotPossible(_("This person is no member of your cluster."))
    if Profile.objects.visible_to(Viewer.of(by)).of(person).exists():
        raise NotPossible(_("%(person)s has a profile and writes it alone.") % {"person": person.get_full_name()})
    draft = ProfileDraft.objects.select_for_update(of=("self",)).of(person).first() or ProfileDraft(person=person)
    other = draft.pk is not None and draft.cluster_id != membership.cluster_id
    if other and ProfileDraft.objects.working().filter(pk=draft.pk).exists():
        raise NotPossible(_("Another management has sent a draft; the person decides about that first."))
    revoke_link(draft.token_id)
    draft.cluster, draft.drafted_by, draft.answers, draft.token = membership.cluster, by, answers, None
    draft.made_at = draft.mail_changed_at = timezone.now()
    draft.expires_at = draft.made_at + DRAFT_FOR
    draft.mail, draft.mail_tries = ProfileDraft.Mail.WAITING, 0
    draft.save()
    record("profile.drafted", by=by, obj=draft, scope=("cluster", membership.cluster_id))
    send_after_commit([draft.pk], "profile-drafts")
    return draft


@transaction.atomic
def confirm_draft(draft: ProfileDraft, *, values: dict[str, Any], secret: str | None = None) -> Profile:
    """Make it the person's profile, seen by all members; of one that is there, fill what is empty.

    ``secret`` is that of the link, which is used up. That it is the person who confirms is for the caller to know, by
    the link or by the session. Raises NoSuchLink, or NotPossible for one that is gone meanwhile.
    """
    if secret is not None:
        use_link(PURPOSE, secret)
    found = ProfileDraft.objects.working().select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if found is None or found.made_at != draft.made_at:
        raise NotPossible(_("This draft has changed or is gone. Please open the newest mail."))
    present = Profile.objects.of(draft.person).select_related("audience").first()
    scopes = present.audience.scope_set if present else [Scope("platform", 0)]
    filled = set(present.fields.filter(is_filled=True).values_list("name", flat=True)) if present else set()
    profile = save_profile(
        person=draft.person,
        values={name: value for name, value in values.items() if name not in filled},
        scopes=scopes,
    )
    remove_draft(found)
    record("profile.draft_confirmed", by=draft.person, obj=profile, scope=("cluster", draft.cluster_id))
    return profile


@transaction.atomic
def discard_draft(draft: ProfileDraft) -> None:
    """The person does not want it: it is gone, and so is its link."""
    record("profile.draft_discarded", by=draft.person, scope=("cluster", draft.cluster_id))
    remove_draft(draft)


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
