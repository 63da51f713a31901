"""Use cases of the rule. Each runs in one transaction and writes the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from .audit import record
from .models import Audience, AudienceProposal, BreakGlass, Scoped
from .operators import may
from .proposals import waiting_scopes
from .scopes import EDITORS, Scope, scope_kinds
from .signals import audience_changed, proposal_decided, proposal_made
from .viewer import Viewer

BREAK_GLASS_FOR = timedelta(minutes=30)


class ScopeRefused(ValidationError):
    """The author may neither choose nor propose this scope."""


class AlreadyDecided(ValidationError):
    """The proposal was decided or withdrawn in the meantime."""


def change_audience(obj: Scoped, *, scopes: Iterable[Scope | tuple[str, int]], by) -> None:
    """Let ``obj`` be seen by holders of ``scopes``. Acts at once.

    Scopes that ``by`` may choose, and those already in force, are set now; those that ``by`` may only propose are set
    now where the scope takes items over without asking, else they wait as proposals. If nothing can be set now, only
    those with a stake see the item meanwhile. Proposals that are no longer wanted are withdrawn. ``by`` None is the
    system.

    Raises PermissionDenied if ``by`` may not change ``obj``, ScopeRefused for a scope out of reach, ValidationError if
    the object itself refuses the audience.
    """
    wanted = {Scope(*scope) for scope in scopes}
    if not wanted:
        raise ScopeRefused(_("Please choose who can see this."))
    if by is not None and not obj.audience_changeable_by(by):
        raise PermissionDenied
    with transaction.atomic():
        holders = _locked_holders(obj)
        before = holders[0].audience.scope_set
        waiting = waiting_scopes(obj)
        now, asked = _split(wanted, before, waiting, by, obj)
        in_force = now - {EDITORS} or {EDITORS}
        obj.check_audience(in_force | asked)
        _store(holders, in_force, asked)
        _propose(obj, asked, by)
        if before != in_force:
            _end_sharing(obj, before - in_force)
            _tell_change(obj, before, frozenset(in_force), by)
    obj.audience_stored()


def _locked_holders(obj: Scoped) -> list:
    """The rows that carry the audience, locked. Raises PermissionDenied if there are none.

    A page may get a translation or an alias while this waits for a row; whoever makes one locks a row of its family
    (``page_births.first_audience``), so a second reading finds it. The audience is not joined: PostgreSQL would leave
    out a row whose audience was changed meanwhile.
    """
    known: set[int] = set()
    while True:
        holders = list(obj.audience_holders().select_for_update().order_by("pk"))
        if not holders:
            raise PermissionDenied
        if {holder.pk for holder in holders} <= known:
            return holders
        known = {holder.pk for holder in holders}


def _split(
    wanted: set[Scope], before: frozenset[Scope], waiting: set[Scope], by, obj: Scoped
) -> tuple[set[Scope], set[Scope]]:
    """What can be set now, and what must be proposed. What is in force or waits already may stay so."""
    now: set[Scope] = set()
    asked: set[Scope] = set()
    for name in {scope.kind for scope in wanted}:
        if name not in scope_kinds:
            raise ScopeRefused(_("This choice is not known."))
        kind = scope_kinds[name]
        ids = {scope.id for scope in wanted if scope.kind == name}
        present = {scope.id for scope in before if scope.kind == name}
        pending = {scope.id for scope in waiting if scope.kind == name}
        at_once = ids if by is None else ids & (present | set(kind.choices(by)))
        rest = ids - at_once
        new = (at_once - present) | (rest - pending)
        proposable = set(kind.proposable(by)) if rest and obj.is_proposable else set()
        beyond = rest - pending - proposable
        if beyond or (new and not obj.takes_kind(kind)):
            raise ScopeRefused(_("You cannot choose “%(label)s” here.") % {"label": kind.label})
        at_once |= kind.accepts_at_once(rest) if rest else set()
        now |= {Scope(name, id) for id in at_once}
        asked |= {Scope(name, id) for id in ids - at_once}
    return now, asked


def _store(holders: list, in_force: set[Scope], asked: set[Scope]) -> None:
    audience = Audience.objects.of(in_force)
    requested = Audience.objects.of((in_force | asked) - {EDITORS}) if asked else None
    for holder in holders:
        holder.audience = audience
        holder.requested_audience = requested
        holder.save(update_fields=["audience", "requested_audience"])


def _propose(obj: Scoped, asked: set[Scope], by) -> None:
    anchor = obj.proposal_anchor()
    waiting = {
        Scope(proposal.kind, proposal.scope_id): proposal
        for proposal in AudienceProposal.objects.waiting().about(anchor).select_for_update()
    }
    for scope, proposal in waiting.items():
        if scope not in asked:
            _close(proposal, AudienceProposal.State.WITHDRAWN, by)
    for scope in sorted(asked - set(waiting)):
        proposal = AudienceProposal.objects.create(item=anchor, kind=scope.kind, scope_id=scope.id, proposed_by=by)
        record("audience.proposed", by=by, obj=anchor, scope=scope, proposal=proposal.pk)
        proposal_made.send(AudienceProposal, proposal=proposal, by=by)


def _close(proposal: AudienceProposal, state: str, by, reason: str = "", item: Model | None = None) -> None:
    """``item`` is given where it is deleted, and cannot be read any more."""
    proposal.state = state
    proposal.decided_by = by
    proposal.decided_at = timezone.now()
    proposal.reason = reason
    proposal.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    verb = f"audience.proposal_{state}"
    record(verb, by=by, obj=item or proposal.item, scope=proposal.scope, proposal=proposal.pk)
    proposal_decided.send(AudienceProposal, proposal=proposal, by=by)


def _end_sharing(obj: Scoped, gone: frozenset[Scope]) -> None:
    """What the author no longer shares is no longer taken over."""
    shared = AudienceProposal.objects.in_force().about(obj.proposal_anchor())
    for scope in gone:
        shared.filter(kind=scope.kind, scope_id=scope.id).update(state=AudienceProposal.State.RELEASED)


def _tell_change(obj: Scoped, before: frozenset[Scope], after: frozenset[Scope], by) -> None:
    changed = set() if obj.is_personal else before ^ after
    concerned = {scope for scope in changed if scope_kinds[scope.kind].takes_ids}
    if home := obj.home_scope():
        concerned.add(home)
    for scope in sorted(concerned) or [None]:
        record(
            "audience.changed",
            by=obj.named_in_trail(by),
            obj=obj,
            scope=scope,
            before=[list(scope) for scope in sorted(before)],
            after=[list(scope) for scope in sorted(after)],
        )
    audience_changed.send(type(obj), obj=obj, before=before, after=after)


def accept_proposal(proposal: AudienceProposal, *, by) -> None:
    """Take the proposed item over: from now on the holders of the proposed scope see it.

    Raises PermissionDenied if ``by`` does not decide for the scope, AlreadyDecided if somebody was faster.
    """
    _require_decider(proposal.scope, by)
    with transaction.atomic():
        proposal, holders = _locked(proposal)
        _require_waiting(proposal)
        obj = proposal.item
        before = holders[0].audience.scope_set
        after = before - {EDITORS} | {proposal.scope}
        obj.check_audience(after)
        _close(proposal, AudienceProposal.State.ACCEPTED, by)
        _store(holders, set(after), waiting_scopes(obj))
        _tell_change(obj, before, after, by)
    obj.audience_stored()


def decline_proposal(proposal: AudienceProposal, *, by, reason: str) -> None:
    """Do not take the item over; its author is told why.

    Raises as ``accept_proposal``, and ValidationError without a reason.
    """
    if not reason.strip():
        raise ValidationError(_("Please give a reason; the author will read it."))
    _require_decider(proposal.scope, by)
    with transaction.atomic():
        proposal, holders = _locked(proposal)
        _require_waiting(proposal)
        _close(proposal, AudienceProposal.State.DECLINED, by, reason.strip())
        _drop_from_request(proposal, holders)


def withdraw_proposal(proposal: AudienceProposal, *, by) -> None:
    """Take a proposal back before it is decided. Raises PermissionDenied if ``by`` may not change the item."""
    with transaction.atomic():
        proposal, holders = _locked(proposal)
        if not holders or not proposal.item.audience_changeable_by(by):
            raise PermissionDenied
        _require_waiting(proposal)
        _close(proposal, AudienceProposal.State.WITHDRAWN, by)
        _drop_from_request(proposal, holders)


def end_proposal(proposal: AudienceProposal, *, by) -> None:
    """One side of a waiting proposal is no more. The caller has asked who may end that. Harmless once it is decided."""
    with transaction.atomic():
        proposal, holders = _locked(proposal)
        if proposal.state == AudienceProposal.State.WAITING:
            _close(proposal, AudienceProposal.State.WITHDRAWN, by)
            if holders:
                _drop_from_request(proposal, holders)


def _locked(proposal: AudienceProposal) -> tuple[AudienceProposal, list]:
    """The proposal and the rows of its item, none if that was deleted; all locked.

    The item's rows come first, as in ``change_audience``: in the other order the two would wait for each other.
    """
    item = AudienceProposal.objects.get(pk=proposal.pk).item
    holders = _locked_holders(item) if item is not None else []
    return AudienceProposal.objects.select_for_update().get(pk=proposal.pk), holders


def _require_decider(scope: Scope, by) -> None:
    if scope.id not in Viewer.of(by).decides.get(scope.kind, ()):
        raise PermissionDenied


def _require_waiting(proposal: AudienceProposal) -> None:
    if proposal.state != AudienceProposal.State.WAITING:
        state = proposal.get_state_display()
        raise AlreadyDecided(_("This was decided in the meantime: %(state)s.") % {"state": state})
    if proposal.item is None:
        raise AlreadyDecided(_("The item was deleted in the meantime."))


def _drop_from_request(proposal: AudienceProposal, holders: list) -> None:
    _store(holders, set(holders[0].audience.scope_set), waiting_scopes(proposal.item))


def release_scope(obj: Scoped, *, scope: Scope, by) -> None:
    """A scope that had taken an item over lets it go again: its holders no longer see it through this scope.

    Raises PermissionDenied if ``by`` does not decide for the scope. Harmless if the item is not in it.
    """
    _require_decider(scope, by)
    with transaction.atomic():
        holders = _locked_holders(obj)
        before = holders[0].audience.scope_set
        if scope not in before:
            return
        after = (before - {scope}) or frozenset({EDITORS})
        _end_sharing(obj, frozenset({scope}))
        _store(holders, set(after), waiting_scopes(obj))
        _tell_change(obj, before, after, by)
    obj.audience_stored()


def close_proposals_of_deleted(obj: Model) -> None:
    """Nobody shall be asked to decide about what was deleted. ``obj`` is what it was, with its number."""
    with transaction.atomic():
        for proposal in AudienceProposal.objects.waiting().about(obj).select_for_update().order_by("pk"):
            _close(proposal, AudienceProposal.State.WITHDRAWN, None, item=obj)


def hand_over_proposals(anchor: Model, heirs: Sequence[Scoped]) -> None:
    """What shared the audience of ``anchor`` has fallen apart: ``heirs`` are one object of each part, at least one.

    The proposals go to the first part. The other parts keep what was taken over, which their scopes can let go again;
    nothing waits for them any more.
    """
    first, *others = heirs
    with transaction.atomic():
        holders = [_locked_holders(heir) for heir in heirs]
        proposals = AudienceProposal.objects.about(anchor).select_for_update().order_by("pk")
        shared = [proposal for proposal in proposals if proposal.state == AudienceProposal.State.ACCEPTED]
        for other, rows in zip(others, holders[1:], strict=True):
            for proposal in shared:
                _copy_to(other.proposal_anchor(), proposal)
            _store(rows, set(rows[0].audience.scope_set), set())
        if (new_anchor := first.proposal_anchor()) != anchor:
            content_type = ContentType.objects.get_for_model(new_anchor)
            AudienceProposal.objects.about(anchor).update(content_type=content_type, object_id=new_anchor.pk)


def _copy_to(anchor: Model, proposal: AudienceProposal) -> None:
    kept = ("kind", "scope_id", "proposed_by_id", "state", "decided_by_id", "decided_at", "reason")
    copy = AudienceProposal.objects.create(item=anchor, **{name: getattr(proposal, name) for name in kept})
    AudienceProposal.objects.filter(pk=copy.pk).update(proposed_at=proposal.proposed_at)


def break_glass(*, by, scope: Scope, reason: str) -> BreakGlass:
    """Open a closed scope to an operator for 30 minutes of page views, on record.

    Raises PermissionDenied without the permission, ValidationError without a reason of at least 20 characters or for a
    scope that is not closed.
    """
    if not may(by, "hanse_access.add_breakglass"):
        raise PermissionDenied
    if len(reason.strip()) < 20:
        raise ValidationError({"reason": _("Please say in at least 20 characters why this is necessary.")})
    if scope.kind not in scope_kinds or not scope_kinds[scope.kind].closed:
        raise ValidationError({"scope": _("This does not need to be opened.")})
    if not scope_kinds[scope.kind].exist([scope.id]):
        raise ValidationError({"scope": _("There is nothing with this number.")})
    now = timezone.now()
    with transaction.atomic():
        glass = BreakGlass.objects.create(
            person=by,
            kind=scope.kind,
            scope_id=scope.id,
            reason=reason.strip(),
            opened_at=now,
            closes_at=now + BREAK_GLASS_FOR,
        )
        record("break_glass.opened", by=by, obj=glass, scope=scope)
    return glass


def close_glass(glass: BreakGlass, *, by) -> None:
    """End the look before its 30 minutes are over. Only by the person who opened it."""
    if glass.person_id != by.pk:
        raise PermissionDenied
    with transaction.atomic():
        glass = BreakGlass.objects.select_for_update().get(pk=glass.pk)
        if glass.closed_early_at is None and glass.closes_at > timezone.now():
            glass.closed_early_at = timezone.now()
            glass.save(update_fields=["closed_early_at"])
            record("break_glass.closed", by=by, obj=glass, scope=Scope(glass.kind, glass.scope_id))
