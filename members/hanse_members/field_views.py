"""Choosing who reads a field of a profile or an organisation, asking for one, and deciding about questions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.permissions import policy_registry

from hanse_access.shortcuts import get_visible_or_404
from hanse_base.link_pages import link_page
from hanse_base.rate_limits import RateLimit

from . import actions
from .field_forms import AnswerForm, OutsiderForm, QuestionForm, ReadersForm
from .field_gifts import find_givable
from .field_kinds import FIELD_KINDS, FieldKind, kind_of
from .field_reading import contents
from .models import FieldHolder, Organisation, Profile, ScopedField, ScopedFieldRelease

#: questions that one person asks
ASKED = RateLimit("field-questions", most=30, period=timedelta(hours=1))
#: fields that one person releases unasked
GIVEN = RateLimit("field-releases", most=30, period=timedelta(hours=1))
#: decisions of before that are listed, and own questions
MOST_LISTED = 20


@login_required
def readers(request: HttpRequest, kind: str, name: str, uid: UUID | None = None) -> HttpResponse:
    """Who sees one field of the own profile, or of an organisation that the person may change."""
    holder = own_holder(request, FIELD_KINDS[kind], uid)
    if holder is None or name not in FIELD_KINDS[kind].specs:
        raise Http404
    rows = holder.fields.select_related("audience", "requested_audience", kind)
    field = rows.filter(name=name).first()
    if field is None:
        messages.info(request, _("Please fill this field in first."))
        return redirect(holder.edit_url)
    form = ReadersForm(request.POST or None, user=request.user, field=field)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.choose_readers(
                holder,
                name,
                follows=data["follows"] == form.FOLLOW,
                scopes=data["scopes"],
                on_request=data.get("on_request", False),
                by=request.user,
            )
        except ValidationError as problem:
            form.add_error("scopes", problem)
        else:
            messages.success(request, _("Your choice is saved."))
            return redirect(holder)
    context = {"form": form, "holder": holder, "field": field, "answers": answered(request, field)}
    return render(request, "hanse_members/field_readers.html", context, status=400 if form.errors else 200)


@login_required
def ask(request: HttpRequest, kind: str, uid: UUID, name: str) -> HttpResponse:
    """Ask for a field that is on request. Who is no member is not told of such fields."""
    if not request.viewer.is_member:
        raise Http404
    models = FIELD_KINDS[kind]
    holder = get_visible_or_404(request, models.holder.objects, uid=uid)
    rows = models.field.objects.filter(models.field.askable_q(), **{kind: holder})
    field = get_object_or_404(rows.select_related(kind), name=name)
    form = QuestionForm(request.POST or None)
    key = str(request.user.pk)
    if request.method == "POST" and ASKED.is_reached(key):
        form.add_error(None, _("You have asked many questions within an hour. Please go on later."))
    elif request.method == "POST" and form.is_valid():
        try:
            actions.ask_for_field(field, by=request.user, message=form.cleaned_data["message"])
        except PermissionDenied as denied:
            raise Http404 from denied
        except actions.NotPossible as problem:
            messages.info(request, str(problem))
        else:
            ASKED.count(key)
            messages.success(request, _("Asked. You are told when there is an answer."))
        return redirect(holder)
    context = {"form": form, "holder": holder, "field": field}
    return render(request, "hanse_members/field_question.html", context, status=400 if form.errors else 200)


@login_required
def field_releases(request: HttpRequest) -> HttpResponse:
    """Who asks for fields that this person answers for, who reads them, and what this person asked others for."""
    lists: dict[str, list[ScopedFieldRelease]] = {"waiting": [], "in_force": [], "over": [], "mine": []}
    for kind in FIELD_KINDS.values():
        own = (
            kind.release.objects.reaching(request.user).with_holders().select_related("person__profile", "released_by")
        )
        seen = kind.holder.objects.visible_to(request.viewer)
        in_force = kind.release.objects.in_force_q()
        waiting = own.waiting()
        lists["waiting"] += waiting
        lists["in_force"] += own.filter(in_force)
        lists["over"] += own.exclude(pk__in=waiting.order_by().values("pk")).exclude(in_force)[:MOST_LISTED]
        lists["mine"] += kind.release.objects.by(request.user).of_holders(seen).with_holders()[:MOST_LISTED]
    context: dict[str, Any] = {
        name: sorted(rows, key=lambda release: release.made_at, reverse=True) for name, rows in lists.items()
    }
    people = {release.person_id for name in ("waiting", "in_force") for release in context[name]}
    visible = Profile.objects.visible_to(request.viewer).filter(person__in=people)
    context["over"], context["mine"] = context["over"][:MOST_LISTED], context["mine"][:MOST_LISTED]
    context["seen"] = set(visible.values_list("person_id", flat=True))
    context["answer_form"] = AnswerForm(auto_id=False)
    return render(request, "hanse_members/field_releases.html", context)


@require_POST
@login_required
def answer(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Release a field to who asked, or not."""
    release = get_object_or_404(own_releases(request, kind), pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This choice is not known. Please choose again."))
        return redirect("hanse_members:field_releases")
    data = form.cleaned_data
    try:
        if data["decision"] == form.RELEASE:
            actions.release_field(release, by=request.user, days=data["days"], answer=data["answer"])
            messages.success(request, _("Released. You can take it back here at any time."))
        else:
            actions.decline_field(release, by=request.user, answer=data["answer"])
            messages.success(request, _("Declined."))
    except actions.NotPossible as problem:
        messages.info(request, str(problem))
    return redirect("hanse_members:field_releases")


@require_POST
@login_required
def revoke(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    actions.revoke_release(get_object_or_404(own_releases(request, kind), pk=pk), by=request.user)
    messages.success(request, _("Taken back. It cannot be read any more."))
    return redirect("hanse_members:field_releases")


@require_POST
@login_required
def give(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Let the person of this profile read a field that the asking one answers for, unasked."""
    reader = get_visible_or_404(request, Profile.objects.select_related("person"), uid=uid)
    field = find_givable(request, request.POST.get("field", ""))
    if field is None or reader.person_id == request.user.pk:
        raise Http404
    key = str(request.user.pk)
    if GIVEN.is_reached(key):
        messages.error(request, _("You have released many fields within an hour. Please go on later."))
        return redirect(reader)
    GIVEN.count(key)
    actions.release_to_person(field, person=reader.person, by=request.user)
    names = {"person": reader.name, "field": field, "holder": field.holder}
    text = _("%(person)s can read “%(field)s” of %(holder)s now.")
    if isinstance(field.holder, Profile):
        text = _("%(person)s can read “%(field)s” in your profile now.")
    messages.success(request, text % names)
    return redirect(reader)


@login_required
def outsider(request: HttpRequest, kind: str, name: str, uid: UUID | None = None) -> HttpResponse:
    """A link by which somebody without an account reads one field. It is shown once."""
    holder = own_holder(request, FIELD_KINDS[kind], uid)
    fields = FIELD_KINDS[kind].field.objects.filter(**{kind: holder}, is_filled=True).select_related(kind)
    field = get_object_or_404(fields, name=name)
    if not field.spec.askable or not answered(request, field):
        raise Http404
    form = OutsiderForm(request.POST or None)
    context = {"form": form, "field": field, "holder": holder}
    if request.method == "POST" and form.is_valid():
        try:
            release, secret = actions.release_to_outsider(field, by=request.user, **form.cleaned_data)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            context["release"] = release
            context["link"] = request.build_absolute_uri(reverse("hanse_members:released", args=[secret]))
    response = render(request, "hanse_members/field_outsider.html", context, status=400 if form.errors else 200)
    response["Cache-Control"] = "private, no-store"
    return response


@link_page
def released(request: HttpRequest, secret: str) -> HttpResponse:
    """What an outsider reads by a link; a scanner that follows it sees nothing of the field."""
    release = actions.released_by_link(secret)
    context: dict[str, Any] = {"release": release, "holder": release.field.holder}
    if request.method == "POST":
        type(release).objects.filter(pk=release.pk).update(read_at=timezone.now())
        context["item"] = contents([release.field])[0]
    return render(request, "hanse_members/released.html", context)


def own_holder(request: HttpRequest, kind: FieldKind, uid: UUID | None) -> FieldHolder | None:
    """The own profile, or the organisation with this address where the person may change it."""
    if kind.holder is Profile:
        rows: QuerySet = Profile.objects.of(request.user)
    else:
        policy = policy_registry.get_by_type(Organisation)
        rows = policy.instances_user_has_permission_for(request.user, "change").filter(uid=uid)
    return rows.select_related("audience", "requested_audience").first()


def own_releases(request: HttpRequest, kind: str) -> QuerySet:
    return FIELD_KINDS[kind].release.objects.answered_by(request.user).with_holders()


def answered(request: HttpRequest, field: ScopedField) -> bool:
    """Whether the person answers for the field: who may choose its readers need not be asked about it."""
    fields = kind_of(field).field.objects
    return fields.filter(fields.model.answered_q(request.user), pk=field.pk).exists()
