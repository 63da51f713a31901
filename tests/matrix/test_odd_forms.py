"""Forms are sent what no browser sends. Every answer is one that was meant: a message, a refusal, never an error."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from http.cookies import SimpleCookie

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import resolve, reverse
from wagtail.models import Page
from zeal import zeal_ignore

from .fillings import addresses, block_values
from .odd import LONG, NUMBER, Form, encoded, forms_of
from .probes import client_of
from .refusals import faults, refused_forms

pytestmark = pytest.mark.postgresql

FORM = "application/x-www-form-urlencoded"
ENTRANCE = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/2fa/webauthn/login/")
#: what is asked with each change: the site, and what is ours in the administration
OURS = re.compile(
    r"^/(?!admin/|accounts/2fa/|documents/|files/|en/)"
    r"|^/admin/(access|hanse_|private-file|pages/(add/hanse_|\d+/(edit|copy)/$)|bulk/wagtailcore/page/move)"
)
#: forms with more fields than this are not sent every value in every field
MANY = 6


class Sender:
    """Somebody, who has just confirmed it if signed in. Nothing that is sent stays, neither rows nor cookies."""

    def __init__(self, world, persona: str) -> None:
        self.client = client_of(world, persona)
        self.cookies = {}
        if persona != "visitor":
            session = self.client.session
            record = {"method": "password", "at": time.time(), "reauthenticated": True}
            session["account_authentication_methods"] = [record]
            session["account_authentication_methods_user"] = str(world.people[persona].pk)
            session.save()
            self.cookies = {settings.SESSION_COOKIE_NAME: session.session_key}

    def ask(self, method: str, *args, **kwargs):
        self.client.cookies = SimpleCookie(self.cookies)
        # What PostgreSQL refuses would end the transaction of the test. Loops over queries are looked for elsewhere.
        with transaction.atomic(), zeal_ignore():
            response = getattr(self.client, method)(*args, **kwargs)
            transaction.set_rollback(True)
        return response

    def answer(self, url: str, body: bytes, content_type: str = FORM):
        return self.ask("generic", "POST", url, body, content_type=content_type)

    def send(self, url: str, body: bytes, content_type: str = FORM) -> int:
        return self.answer(url, body, content_type).status_code


@pytest.fixture(autouse=True)
def without_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False


@pytest.fixture
def senders(world) -> Callable[[str], Sender]:
    """Who has the form at an address: a visitor those of the entrance, an operator those of the administration."""
    visitor, manager, operator = (Sender(world, name) for name in ("visitor", "manager_alpha", "operator"))
    return lambda url: operator if url.startswith("/admin/") else visitor if url.startswith(ENTRANCE) else manager


def forms(senders, asked: Iterable[str], values) -> list[Form]:
    """The forms at these addresses that send anything, each once."""
    found = {}
    for address in asked:
        for form in forms_of(senders(address).ask("get", address), address):
            path = form.url if form.url.startswith("/admin/bulk/") else form.url.partition("?")[0]
            if form.names:
                found.setdefault((path, *form.names), form)
    return [with_blocks(form, values) for form in found.values()]


def with_blocks(form: Form, values) -> Form:
    match = resolve(form.url.partition("?")[0])
    if match.view_name == "wagtailadmin_pages:edit":
        model = Page.objects.get(pk=match.kwargs["page_id"]).specific_class
    elif match.view_name == "wagtailadmin_pages:add":
        model = apps.get_model(match.kwargs["content_type_app_name"], match.kwargs["content_type_model_name"])
    else:
        return form
    return form.with_blocks_of(model, values)


#: forms that must be among those found
KNOWN = [
    "account_email",
    "account_login",
    "account_signup",
    "account_change_password",
    "hanse_access_admin:break_glass",
    "hanse_account:delete",
    "hanse_account:profile",
    "hanse_activity:delivery",
    "hanse_activity:make_report",
    "hanse_attachment_chooser:create",
    "hanse_base:arrange",
    "hanse_base:language",
    "hanse_base:waiting",
    "hanse_challenges:ask",
    "hanse_challenges:edit_question",
    "hanse_challenges:reply",
    "hanse_groups:act_on_file",
    "hanse_groups:act_on_message",
    "hanse_groups:change_folder",
    "hanse_groups:change_state",
    "hanse_groups:level",
    "hanse_groups:messages",
    "hanse_groups:new_folder",
    "hanse_groups:new_room",
    "hanse_groups:opening",
    "hanse_groups:participant",
    "hanse_groups:settings",
    "hanse_groups:upload",
    "hanse_members:answer_enquiry",
    "hanse_members:apply",
    "hanse_members:ask",
    "hanse_members:hand_over_enquiry",
    "hanse_members_clusters:add",
    "hanse_members_clusters:edit",
    "hanse_members_memberships:add",
    "hanse_members_memberships:edit",
    "hanse_members_terms:add",
    "private_files:add",
    "private_files:edit",
    "wagtail_bulk_action",
    "wagtailadmin_pages:add",
    "wagtailadmin_pages:copy",
    "wagtailadmin_pages:edit",
]


def test_no_form_breaks_at_odd_values(world, senders):
    """All fields odd at once, all empty, and all that is content while the rest is as it should be.

    What is refused is refused with 400, says so beside the field, and keeps what was typed.
    """
    found = forms(senders, filter(OURS.search, dict.fromkeys(addresses(world))), block_values(world))
    names = {resolve(form.url.partition("?")[0]).view_name for form in found}
    assert set(KNOWN) - names == set()
    broken, wanting, refused = [], [], set()
    for form in found:
        for number, fields in enumerate(
            (form.with_all(NUMBER), form.with_all(b""), form.with_contents(0), form.with_contents(1))
        ):
            answer = senders(form.url).answer(form.url, encoded(fields))
            broken += [(form.url, number, answer.status_code)] * (answer.status_code >= 500)
            refused |= {form.url} if refused_forms(answer) else set()
            is_ours = not form.url.startswith("/admin/")
            wanting += [f"{form.url} {number}: {fault}" for fault in faults(answer, is_ours)]
    assert broken == []
    assert not wanting, "\n".join(wanting)
    assert len(refused) > 40, "forms that were refused at all"


@pytest.mark.slow
def test_no_form_breaks_at_any_odd_value_in_any_field(world, senders):
    broken = []
    for form in forms(senders, dict.fromkeys(addresses(world)), block_values(world)):
        send = senders(form.url).send
        for number, name in enumerate(form.names):
            odd = form.values_for(name)
            if len(form.names) > MANY:
                odd = (odd[number % len(odd)], odd[-1 - number % len(odd)])
            for values in ((), (b"1", b"x"), *((value,) for value in odd)):
                answer = send(form.url, encoded(form.with_value(name, *values)))
                broken += [(form.url, name, values, answer)] * (answer >= 500)
    assert broken == []


@pytest.mark.slow
def test_no_address_breaks_at_an_empty_form(world, senders):
    broken = []
    for address in dict.fromkeys(addresses(world)):
        answer = senders(address).send(address, b"")
        broken += [(address, answer)] * (answer >= 500)
    assert broken == []


def page_form(world) -> str:
    return reverse("wagtailadmin_pages:edit", args=[world.items["alpha", "own"].pk])


PART = b"--x\r\nContent-Disposition: form-data; %s\r\n\r\nx\r\n--x--\r\n"
MULTIPART = "multipart/form-data; boundary=x"
BODIES = [
    (FORM, b"a=1&" * 2000),
    (FORM, b"%%%&=&;;;" + bytes(range(256))),
    (FORM, b"title=" + LONG * 6),
    (f"{FORM}; charset=utf-7", b"title=x"),
    ("multipart/form-data", b"title=x"),
    (MULTIPART, b"title=x"),
    (MULTIPART, PART % b'name="\xff\xfe"'),
    (MULTIPART, PART % b'name="title"; filename="\x00"'),
    (MULTIPART, PART % b'name="file"; filename="\xed\xa0\x80.txt"'),
    (f"{MULTIPART}; charset=base64", PART % b'name="title"'),
    ("application/json", b"\xff\xfe{"),
    ("", b""),
]


@pytest.mark.parametrize(("content_type", "body"), BODIES, ids=range(len(BODIES)))
def test_no_form_breaks_at_a_body_that_is_none(world, senders, body, content_type):
    for url in (reverse("account_login"), reverse("private_files:add")):
        assert senders(url).send(url, body, content_type) < 500, url


def test_no_form_breaks_at_a_text_without_end(world, senders):
    apply = reverse("hanse_members:apply", args=["beta"])
    for url in (apply, page_form(world), reverse("hanse_account:profile"), reverse("hanse_members_terms:add")):
        for form in forms_of(senders(url).ask("get", url), url):
            for name in form.names[:2]:
                assert senders(url).send(form.url, encoded(form.with_value(name, LONG))) < 500, (url, name)


@pytest.mark.parametrize("name", ["a\x00b.txt", "../../etc/passwd", "x" * 1000 + ".txt", ".txt", "a/b\\c.txt"])
@pytest.mark.parametrize("content", [b"", b"GIF89a"])
def test_no_upload_breaks_at_an_odd_file(world, senders, name, content):
    targets = {
        reverse("private_files:add"): "file",
        reverse("hanse_attachment_chooser:create"): "hanse_attachment_chooser-file",
        reverse("wagtailimages:add"): "file",
        reverse("wagtaildocs:add_multiple"): "files[]",
        reverse("wagtailredirects:start_import"): "import_file",
    }
    for url, field in targets.items():
        file = SimpleUploadedFile("x", content)
        file.name = name
        body = {field: file, "title": "Title", "collection": str(world.clusters["alpha"].collection.pk)}
        answer = senders(url).ask("post", url, body, headers={"x-requested-with": "XMLHttpRequest"})
        assert answer.status_code < 500, (url, name)


@pytest.mark.parametrize("fields", [b"revision=1", b"title=x&body-count=x", b"next=x&title=x&body-count=0"])
def test_what_wagtail_cannot_read_is_called_bad(world, senders, fields):
    assert senders("/admin/").send(page_form(world), fields) == 400
    copy = reverse("wagtailadmin_pages:copy", args=[world.items["alpha", "own"].pk])
    assert senders("/admin/").send(copy, b"new_title=x") == 400


def test_an_error_of_ours_stays_one(world, senders, monkeypatch):
    def fail(*args, **kwargs):
        raise ValueError

    url = page_form(world)
    form = next(form for form in forms_of(senders(url).ask("get", url), url) if "title" in form.names)
    monkeypatch.setattr("hanse_news.models.NewsPage._derive", fail)
    fields = with_blocks(form, block_values(world)).fields
    assert senders(url).send(url, encoded([*fields])) == 500
