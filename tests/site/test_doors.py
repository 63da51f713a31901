"""Nobody signs in but through allauth's pages, which ask for the second factor."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import views as auth_views
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.factories.people import UserFactory
from tests.site.urls_walk import routes

PASSWORD = "a-good-password"

#: Views that may sign a person in, and why that is safe: each runs allauth's stages, and so asks for the second factor.
MAY_SIGN_IN = {"account_login", "mfa_authenticate", "mfa_login_webauthn"}

#: Django's own views of sign-in and reset, which are under Wagtail's names and must not be reached.
DJANGO_DOORS = (
    auth_views.LoginView,
    auth_views.PasswordResetView,
    auth_views.PasswordResetConfirmView,
    auth_views.PasswordChangeView,
)

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def person():
    person = UserFactory(email="door@example.org", password=PASSWORD, is_superuser=True)
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person


def reachable_paths():
    return sorted({route.path for route in routes() if route.path})


def test_walk_finds_the_known_doors():
    paths = reachable_paths()
    assert {"/admin/login/", "/admin/password_reset/", "/en/_util/login/", "/accounts/login/"} <= set(paths)
    assert len(paths) > 150


def view_class_at(path: str) -> type:
    """The class of the view that answers at this address; object where a function does, or nothing."""
    try:
        return getattr(resolve(path).func, "view_class", object)
    except Resolver404:
        return object


def test_no_address_reaches_a_sign_in_or_reset_view_of_django():
    open_doors = []
    for path in reachable_paths():
        if issubclass(view_class_at(path), DJANGO_DOORS):
            open_doors.append(path)
    assert open_doors == []


def test_no_address_signs_in_with_a_posted_password_but_the_listed_ones(person):
    credentials = {
        "username": person.email,
        "email": person.email,
        "login": person.email,
        "password": PASSWORD,
        "password1": PASSWORD,
    }
    signed_in = set()
    for path in reachable_paths():
        client = Client(raise_request_exception=False)
        client.post(path, credentials)
        if "_auth_user_id" in client.session:
            signed_in.add(resolve(path).url_name)
    assert signed_in == {"account_login"}
    assert signed_in <= MAY_SIGN_IN


def test_password_alone_does_not_sign_in_a_person_with_a_second_factor(person, client):
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert answer.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["/admin/login/", "/en/_util/login/", "/de/_util/login/"])
def test_wagtails_sign_in_leads_to_ours_and_keeps_the_way_back(client, path, method):
    answer = getattr(client, method)(f"{path}?next=/admin/pages/")
    assert answer.status_code == 302
    assert answer.url == "/accounts/login/?next=/admin/pages/"


@pytest.mark.parametrize("path", ["", "done/", "confirm/MQ/x-y/", "complete/"])
def test_wagtails_password_reset_leads_to_ours(client, path):
    answer = client.get(f"/admin/password_reset/{path}")
    assert answer.url == reverse("account_reset_password")


def test_wagtail_and_pages_send_visitors_to_our_sign_in(client):
    assert client.get("/admin/").url == "/accounts/login/?next=/admin/"


@pytest.mark.parametrize("path", ["/admin/logout/", "/accounts/logout/"])
def test_sending_the_form_signs_out(client, person, path):
    client.force_login(person)
    client.post(path)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["/admin/logout/", "/accounts/logout/"])
def test_following_a_link_signs_nobody_out(client, person, path):
    client.force_login(person)
    client.get(path)
    assert "_auth_user_id" in client.session


def test_djangos_admin_is_not_installed(settings):
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert not [route for route in routes() if route.path and route.path.startswith("/django-admin/")]


def test_account_page_of_the_administration_changes_neither_password_nor_address(client, person):
    client.force_login(person)
    page = client.get(reverse("wagtailadmin_account")).content.decode()
    assert "new_password1" not in page
    assert 'name="name_email-email"' not in page
