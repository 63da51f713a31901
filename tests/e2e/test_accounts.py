"""Accounts in a browser: sign-up and confirmation, authenticator app, passkey, sign out everywhere, one's own data."""

import re
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from hanse_site.models import DataExport
from tests.factories.accounts import PASSWORD


@pytest.fixture
def security_key(page):
    """A virtual authenticator that keeps passkeys and confirms its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    return session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def fill_sign_in(page, person) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def show_password(page) -> None:
    """Answers "Is it you?"."""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def code_for(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def test_sign_up_and_confirmation(page):
    page.goto("/accounts/signup/")
    page.get_by_label("First name").fill("Ida")
    page.get_by_label("Last name").fill("Lund")
    page.get_by_label("E-mail address").fill("ida@example.org")
    page.get_by_label("Password").fill("seven boats in fog")
    page.get_by_label("I accept the terms of use").check()
    expect(page.locator(".trap input")).not_to_be_in_viewport()
    # Sent too fast for a person: the form comes back with everything but the password.
    page.get_by_role("button", name="Create an account").click()
    if page.url.endswith("/signup/"):
        expect(page.get_by_label("Last name")).to_have_value("Lund")
        page.get_by_label("Password").fill("seven boats in fog")
        page.wait_for_timeout(3100)
        page.get_by_role("button", name="Create an account").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    page.goto(urlsplit(re.findall(r"https?://\S+", mail.outbox[0].body)[0]).path)
    page.get_by_role("button", name="Yes, confirm").click()
    page.get_by_label("E-mail address").fill("ida@example.org")
    page.get_by_label("Password").fill("seven boats in fog")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/dashboard/")


def test_authenticator_app(page, person):
    fill_sign_in(page, person)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Set up the app").click()
    show_password(page)
    page.get_by_text("I cannot scan it").click()
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code from the app").fill(code_for(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    recovery_code = page.locator(".codes li").first.inner_text()
    page.context.clear_cookies()
    fill_sign_in(page, person)
    page.get_by_label("Code").fill(recovery_code)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/dashboard/")


def test_passkey(page, person, security_key):
    fill_sign_in(page, person)
    page.goto("/accounts/2fa/webauthn/add/")
    show_password(page)
    page.get_by_label("Name").fill("Blue key")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    assert Authenticator.objects.filter(user=person, type="webauthn").get().wrap().name == "Blue key"
    # with the password, as second factor
    page.context.clear_cookies()
    fill_sign_in(page, person)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/dashboard/")
    # alone
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/dashboard/")


def test_cancelled_passkey_is_told_beside_the_button(page, person):
    page.goto("/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')) }")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="The passkey was not used")).to_be_visible()


def test_sign_out_everywhere(page, person):
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    fill_sign_in(page, person)
    page.goto("/accounts/sessions/")
    expect(page.locator(".rows li")).to_have_count(2)
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_text("You are signed out on all devices.")).to_be_visible()
    assert elsewhere.get("/account/").status_code == 302
    assert page.goto("/account/").url.endswith("/accounts/login/?next=/account/")


def test_own_data_are_collected_and_fetched(page, person):
    fill_sign_in(page, person)
    page.goto("/account/data/")
    page.get_by_role("button", name="Collect my data").click()
    show_password(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the copy").click()
    assert download.value.suggested_filename.endswith(".zip")


def test_account_is_deleted(page, person):
    fill_sign_in(page, person)
    page.goto("/account/delete/")
    show_password(page)
    page.get_by_label("I understand").check()
    page.get_by_role("button", name="Delete my account for good").click()
    expect(page.get_by_role("heading", name="Your account is deleted")).to_be_visible()
    person.refresh_from_db()
    assert person.deleted_at


def test_whoever_waits_for_a_copy_keeps_the_place_and_hears_of_its_end(page, person):
    export = DataExport.objects.create(
        user=person, state=DataExport.State.RUNNING, total=3, expires_at=timezone.now() + timedelta(days=1)
    )
    fill_sign_in(page, person)
    page.goto("/account/data/")
    link = page.get_by_role("link", name="See how far it is")
    link.focus()
    DataExport.objects.filter(pk=export.pk).update(done=1)
    expect(page.get_by_text("1 of 3")).to_be_visible()
    expect(link).to_be_focused()
    status = page.locator("#own-data-status")
    expect(status).to_have_text("")
    DataExport.objects.filter(pk=export.pk).update(state=DataExport.State.FAILED)
    expect(status).to_have_text(re.compile("could not be made"))
