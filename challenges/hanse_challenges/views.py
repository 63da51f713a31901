"""Asking, reading and answering questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hanse_access.shortcuts import get_visible_or_404
from hanse_base.frames import frame_for
from hanse_base.rate_limits import RateLimit

from . import actions
from .forms import QuestionForm, RoomForm
from .lists import OwnQuestionList, QuestionList
from .models import Question, Reply
from .pages import form_for, question_page

#: questions of one person, and answers
ASKED = RateLimit("questions", most=20, period=timedelta(hours=1))
ANSWERED = RateLimit("answers", most=60, period=timedelta(hours=1))


def questions(request: HttpRequest) -> HttpResponse:
    """The questions that the reader may see; visitors see the public ones."""
    context = {"frame": frame_for(request), "may_ask": actions.may_ask(request.user)}
    return QuestionList(request).render("hanse_challenges/questions.html", context)


@login_required
def own_questions(request: HttpRequest) -> HttpResponse:
    context = {"frame": frame_for(request), "may_ask": actions.may_ask(request.user), "own": True}
    return OwnQuestionList(request).render("hanse_challenges/questions.html", context)


@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """For members; others read how to become one."""
    if not actions.may_ask(request.user):
        return render(request, "hanse_challenges/not_yet.html", status=403)
    form = QuestionForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            _within(ASKED, request)
            asked = actions.ask_question(by=request.user, **form.cleaned_data)
        except (actions.NotPossible, ValidationError) as problem:
            _refuse(form, problem)
        else:
            messages.success(request, _("Your question is out. You are told as soon as somebody answers."))
            return redirect(asked)
    return render(request, "hanse_challenges/ask.html", {"form": form}, status=400 if form.errors else 200)


def question(request: HttpRequest, uid: UUID) -> HttpResponse:
    return question_page(request, _visible(request, uid, page_view=request.method in ("GET", "HEAD")))


@login_required
def edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = _own(request, uid)
    form = QuestionForm(request.POST if request.method == "POST" else None, user=request.user, question=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_question(found, by=request.user, **form.cleaned_data)
        except (actions.NotPossible, ValidationError) as problem:
            _refuse(form, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    context = {"form": form, "question": found}
    return render(request, "hanse_challenges/ask.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def delete(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = _own(request, uid)
    try:
        actions.delete_question(found, by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
        return redirect(found)
    messages.success(request, _("The question is deleted."))
    return redirect("hanse_challenges:own_questions")


@require_POST
@login_required
def close(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = _own(request, uid)
    if request.POST.get("again") == "yes":
        return _done(request, found, lambda: actions.reopen_question(found, by=request.user), _("It is open again."))
    return _done(request, found, lambda: actions.close_question(found, by=request.user), _("The question is closed."))


@require_POST
@login_required
def reply(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = _visible(request, uid)
    form = form_for(found, request.user, request.POST)
    if form.is_valid():
        try:
            _within(ANSWERED, request)
            said = actions.reply_to(found, by=request.user, **form.cleaned_data)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Sent."))
            return redirect(said)
    return question_page(request, found, refused=form)


@login_required
def edit_reply(request: HttpRequest, uid: UUID, reply: UUID) -> HttpResponse:
    found = _own_reply(request, uid, reply)
    form = form_for(found.question, request.user, *([request.POST] if request.method == "POST" else []))
    form.fields["text"].initial = found.text
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_reply(found, by=request.user, **form.cleaned_data)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    context = {"form": form, "question": found.question, "reply": found}
    return render(request, "hanse_challenges/edit_reply.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def delete_reply(request: HttpRequest, uid: UUID, reply: UUID) -> HttpResponse:
    """The own answer goes though its author no longer sees the question."""
    own = Reply.objects.filter(question__uid=uid, uid=reply, author=request.user, deleted_at=None)
    found = own.select_related("question").first()
    if found is None:
        raise Http404
    done = _("Your answer is deleted. That there was one is still shown.")
    answer = _done(request, found.question, lambda: actions.delete_reply(found, by=request.user), done)
    seen = Question.objects.visible_to(request.viewer).filter(pk=found.question_id).exists()
    return answer if seen else redirect("hanse_challenges:own_questions")


@require_POST
@login_required
def choose(request: HttpRequest, uid: UUID, reply: UUID) -> HttpResponse:
    """Choose the best answer, or none any more."""
    asked = _own(request, uid)
    found = _reply(asked, reply)
    if request.POST.get("choose") == "no":
        return _done(
            request, asked, lambda: actions.take_choice_back(asked, by=request.user), _("No answer is chosen any more.")
        )
    done = _("Chosen as the best answer. Whoever wrote it is told.")
    return _done(request, asked, lambda: actions.choose_answer(found, by=request.user), done)


@require_POST
@login_required
def go_on(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Open a room with those who answered."""
    found = _own(request, uid)
    form = RoomForm(request.POST, clusters=actions.room_clusters(request.user))
    if not form.is_valid():
        messages.error(request, _("Please choose the cluster in which the room is at home."))
        return redirect(found)
    try:
        room = actions.go_on_in_room(found, by=request.user, **form.cleaned_data)
    except (actions.NotPossible, ValidationError) as problem:
        messages.error(request, " ".join(problem.messages) if hasattr(problem, "messages") else str(problem))
        return redirect(found)
    messages.success(request, _("The room is open, and everybody who answered is invited."))
    return redirect("hanse_groups:chat", room.uid)


def _visible(request: HttpRequest, uid: UUID, *, page_view: bool = False) -> Question:
    rows = Question.objects.select_related("asker", "audience", "cluster")
    return get_visible_or_404(request, rows, page_view=page_view, uid=uid)


def _own(request: HttpRequest, uid: UUID) -> Question:
    """The own question. Others' is as one that is not there."""
    found = _visible(request, uid)
    if not found.is_of(request.user):
        raise Http404
    return found


def _reply(question: Question, uid: UUID) -> Reply:
    found = question.replies.filter(uid=uid, deleted_at=None).first()
    if found is None:
        raise Http404
    found.question = question
    return found


def _own_reply(request: HttpRequest, uid: UUID, reply: UUID) -> Reply:
    found = _reply(_visible(request, uid), reply)
    if not found.is_of(request.user):
        raise Http404
    return found


def _done(request: HttpRequest, question: Question, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, said)
    return redirect(question)


def _refuse(form, problem: Exception) -> None:
    form.add_error(None, problem if isinstance(problem, ValidationError) else str(problem))


def _within(limit: RateLimit, request: HttpRequest) -> None:
    key = str(request.user.pk)
    if limit.is_reached(key):
        raise actions.NotPossible(_("You have sent a lot within an hour. Please go on later; your text is kept here."))
    limit.count(key)
