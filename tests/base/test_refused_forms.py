"""What was sent and comes back with errors is answered with 400, whoever's view it is."""

import pytest
from django import forms
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from hanse_base.refused_forms import RefusedFormMiddleware
from tests.factories.people import UserFactory

pytestmark = pytest.mark.embedded


class Name(forms.Form):
    name = forms.CharField()


Names = forms.formset_factory(Name)
EMPTY_ROW = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-name": ""}


def looked_at(form):
    form.is_valid()
    return form


def status(request, **context) -> int:
    middleware = RefusedFormMiddleware(lambda request: HttpResponse())
    return middleware.process_template_response(request, TemplateResponse(request, "none.html", context)).status_code


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"form": looked_at(Name({"name": ""}))}, 400),
        ({"form": looked_at(Name({"name": "Ada"}))}, 200),
        ({"form": Name()}, 200),
        ({"panels": [looked_at(Name({"name": "Ada"})), looked_at(Name({}))]}, 400),
        ({"forms": {"one": looked_at(Name({}))}}, 400),
        ({"rows": looked_at(Names(EMPTY_ROW))}, 400),
        ({"rows": looked_at(Names({**EMPTY_ROW, "form-0-name": "Ada"}))}, 200),
        ({"form": Name({})}, 200),
        ({}, 200),
    ],
    ids=["wrong", "right", "new", "one of several", "by name", "a row", "rows", "not looked at", "none"],
)
def test_the_status_tells_whether_a_form_was_refused(rf, context, expected):
    assert status(rf.post("/"), **context) == expected


def test_a_form_that_the_view_did_not_look_at_is_not_looked_at_here_either(rf):
    form = Name({})
    status(rf.post("/"), form=form)
    assert form._errors is None


def test_what_is_asked_for_and_what_htmx_swaps_stays_as_it_is(rf):
    form = looked_at(Name({}))
    assert status(rf.get("/"), form=form) == 200
    assert status(rf.post("/", headers={"HX-Request": "true"}), form=form) == 200


@pytest.mark.django_db
def test_a_wrong_sign_in_is_refused_beside_the_field_and_keeps_the_address(client):
    answer = client.post(reverse("account_login"), {"login": "ada", "password": "x"})
    assert answer.status_code == 400
    assert 'value="ada"' in answer.content.decode()


@pytest.mark.django_db
def test_a_wrong_form_of_the_administration_is_refused_and_keeps_what_was_typed(client):
    client.force_login(UserFactory(is_superuser=True))
    answer = client.post(reverse("wagtailsites:add"), {"hostname": "kept.example", "port": "none"})
    assert answer.status_code == 400
    assert 'value="kept.example"' in answer.content.decode()
