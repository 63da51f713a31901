"""What somebody with an account, or with a foreign session in hand, tries against the accounts of others."""

import re
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import PASSWORD, confirmed_person

from .test_accounts import link_in, reauthenticated, sign_up
from .test_second_factor import SECRET, code_now, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

OVERVIEW = "hanse_account:overview"


def is_open(client: Client) -> bool:
    return client.get(reverse(OVERVIEW)).status_code == 200


def change_address(client: Client, email: str):
    return client.post(reverse("account_email"), {"action_add": "", "email": email})


class TestSessionKey:
    def visitor(self) -> Client:
        """A browser whose session an attacker knows."""
        client = Client()
        client.post(reverse("hanse_base:language"), {"language": "de"})
        assert client.session.session_key
        return client

    def test_changes_when_somebody_signs_in(self):
        client, person = self.visitor(), confirmed_person()
        before = client.session.session_key
        client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
        assert is_open(client)
        assert client.session.session_key != before
        assert not is_open(with_session(before))

    def test_changes_with_the_second_factor(self):
        client, person = self.visitor(), confirmed_person()
        totp.TOTP.activate(person, SECRET)
        client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
        between = client.session.session_key
        client.post(reverse("mfa_authenticate"), {"code": code_now()})
        assert is_open(client)
        assert client.session.session_key != between
        assert not is_open(with_session(between))

    def test_of_a_person_who_signed_out_opens_nothing(self):
        client = sign_in(confirmed_person())
        key = client.session.session_key
        client.post(reverse("account_logout"))
        assert not is_open(with_session(key))

    def test_made_up_by_an_attacker_is_not_taken(self):
        client, person = with_session("a" * 32), confirmed_person()
        client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
        assert client.session.session_key != "a" * 32


def with_session(key: str) -> Client:
    client = Client()
    client.cookies["sessionid"] = key
    return client


class TestOtherSessions:
    def test_end_with_a_new_password(self):
        person = confirmed_person()
        thief = sign_in(person)
        owner = reauthenticated(person)
        owner.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "nine boats in fog"})
        assert is_open(owner)
        assert not is_open(thief)

    def test_end_with_a_forgotten_password(self):
        person = confirmed_person()
        thief = sign_in(person)
        client = Client()
        client.post(reverse("account_reset_password"), {"email": person.email})
        form = client.get(link_in(mail.outbox[0]), follow=True)
        client.post(form.request["PATH_INFO"], {"password1": "nine boats in fog"})
        assert not is_open(thief)

    def test_end_everywhere_also_after_their_keys_have_changed(self):
        """Changing one's password gives the session a new key, which the list of sessions learns with the next page."""
        person = confirmed_person()
        first = reauthenticated(person)
        first.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "nine boats in fog"})
        is_open(first)
        second = Client()
        second.post(reverse("account_login"), {"login": person.email, "password": "nine boats in fog"})
        second.post(reverse("hanse_account:sign_out_everywhere"))
        assert [is_open(client) for client in (first, second)] == [False, False]

    def test_end_with_the_account(self):
        person = confirmed_person()
        client = sign_in(person)
        person.is_active = False
        person.save()
        assert not is_open(client)


class TestAddress:
    def test_is_not_changed_by_a_session_alone(self):
        client = sign_in(confirmed_person(email="owner@example.org"))
        answer = change_address(client, "thief@example.org")
        assert answer.url.startswith(reverse("account_reauthenticate"))
        assert not EmailAddress.objects.filter(email="thief@example.org").exists()
        assert mail.outbox == []

    def test_of_somebody_else_cannot_be_taken(self):
        victim = confirmed_person(email="victim@example.org")
        thief = confirmed_person(email="thief@example.org")
        for email in ("victim@example.org", "VICTIM@Example.org", " victim@example.org "):
            change_address(reauthenticated(thief), email)
        for message in mail.outbox:
            for path in re.findall(r"https?://\S+", message.body):
                Client().post(urlsplit(path).path)
        thief.refresh_from_db()
        assert thief.email == "thief@example.org"
        assert EmailAddress.objects.get(email="victim@example.org", verified=True).user == victim

    def test_that_two_ask_for_belongs_to_the_first_who_confirms(self):
        people = [confirmed_person(email=f"{name}@example.org") for name in ("first", "second")]
        for person in people:
            change_address(reauthenticated(person), "new@example.org")
        links = [link_in(message) for message in mail.outbox]
        for link in links:
            assert Client().post(link).status_code < 500
        for person in people:
            person.refresh_from_db()
        assert [person.email for person in people] == ["new@example.org", "second@example.org"]

    def test_a_change_that_was_replaced_cannot_be_confirmed(self):
        person = confirmed_person(email="owner@example.org")
        client = reauthenticated(person)
        change_address(client, "mistyped@example.org")
        change_address(client, "right@example.org")
        Client().post(link_in(mail.outbox[0]))
        person.refresh_from_db()
        assert person.email == "owner@example.org"

    def test_the_old_one_resets_no_password_after_the_change(self):
        person = confirmed_person(email="old@example.org")
        Client().post(reverse("account_reset_password"), {"email": "old@example.org"})
        client = reauthenticated(person)
        change_address(client, "new@example.org")
        reset, confirm = (link_in(message) for message in mail.outbox)
        Client().post(confirm)
        thief = Client()
        form = thief.get(reset, follow=True)
        thief.post(form.request["PATH_INFO"], {"password1": "nine boats in fog"})
        person.refresh_from_db()
        assert person.email == "new@example.org"
        assert person.check_password(PASSWORD)

    def test_a_link_to_confirm_signs_nobody_in(self):
        sign_up()
        client = Client()
        client.post(link_in(mail.outbox[0]), follow=True)
        assert not is_open(client)

    def test_an_account_made_with_it_beforehand_is_its_owners_after_a_reset(self):
        """An attacker signs up with somebody's address and waits."""
        thief = Client()
        sign_up(thief, email="victim@example.org", password1="thiefs boats in fog")
        victim = Client()
        victim.post(reverse("account_reset_password"), {"email": "victim@example.org"})
        form = victim.get(link_in(mail.outbox[-1]), follow=True)
        victim.post(form.request["PATH_INFO"], {"password1": "nine boats in fog"})
        for path in (reverse("account_email_verification_sent"), reverse("account_login"), reverse(OVERVIEW)):
            thief.get(path)
            thief.post(path)
        assert not is_open(thief)
        person = get_user_model().objects.get(email="victim@example.org")
        assert person.check_password("nine boats in fog")


class TestWhatARequestClaims:
    FORGED = ("x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip", "x-client-ip")

    def test_counts_for_no_limit_of_tries(self):
        people = [confirmed_person() for _ in range(11)]
        for number, person in enumerate(people):
            headers = dict.fromkeys(self.FORGED, f"198.51.100.{number}")
            Client(headers=headers).post(reverse("account_login"), {"login": person.email, "password": "wrong wrong"})
        client = Client(headers=dict.fromkeys(self.FORGED, "198.51.100.200"))
        client.post(reverse("account_login"), {"login": people[-1].email, "password": PASSWORD})
        assert not is_open(client)

    def test_makes_no_connection_secure(self, settings):
        settings.SECURE_SSL_REDIRECT = True
        forged = {
            "x-forwarded-proto": "https",
            "x-forwarded-ssl": "on",
            "x-scheme": "https",
            "forwarded": "proto=https",
        }
        answer = Client(headers=forged).get("/accounts/login/")
        assert (answer.status_code, answer.url) == (301, "https://testserver/accounts/login/")

    def test_changes_no_host_in_what_is_sent_or_shown(self, settings):
        settings.WAGTAILADMIN_BASE_URL = "https://hanse.example.org"
        confirmed_person(email="known@example.org")
        forged = {"x-forwarded-host": "evil.example.com", "x-host": "evil.example.com", "x-forwarded-port": "666"}
        client = Client(headers=forged)
        client.post(reverse("account_reset_password"), {"email": "known@example.org"})
        sign_up(client, email="new@example.org")
        pages = [
            client.get(path) for path in ("/en/", "/news/en.atom", "/sitemap.xml", "/robots.txt", "/accounts/login/")
        ]
        told = [message.body for message in mail.outbox]
        told += [f"{page.headers}{page.content.decode()}" for page in pages]
        assert len(mail.outbox) == 2
        assert [text for text in told if "evil.example.com" in text or ":666" in text] == []

    @pytest.mark.parametrize(
        "host", ["evil.example.com", "hanse.example.org.evil.com", "hanse.example.org@evil.com", "a b"]
    )
    def test_host_that_is_not_ours_is_refused(self, settings, host):
        settings.ALLOWED_HOSTS = ["hanse.example.org"]
        confirmed_person(email="known@example.org")
        client = Client(headers={"host": host}, raise_request_exception=False)
        for path in ("/en/", "/accounts/login/", "/health/ready"):
            assert client.get(path).status_code == 400, path
        assert client.post(reverse("account_reset_password"), {"email": "known@example.org"}).status_code == 400
        assert mail.outbox == []

    @pytest.mark.parametrize(
        "target", ["https://evil.example.com/", "//evil.example.com/", "/\\evil.example.com", "javascript:alert(1)"]
    )
    def test_next_address_leads_nowhere_else(self, target):
        person = confirmed_person()
        signed_in = Client().post(
            reverse("account_login"), {"login": person.email, "password": PASSWORD, "next": target}
        )
        language = Client().post(reverse("hanse_base:language"), {"language": "de", "next": target})
        client = sign_in(person)
        shown_again = client.post(f"{reverse('account_reauthenticate')}?next={target}", {"password": PASSWORD})
        for answer in (signed_in, language, shown_again):
            assert answer.status_code == 302
            assert "evil" not in answer.url
            assert answer.url.startswith("/")


def test_cookies_are_for_this_site_over_https_only(settings):
    """With what production sets; tests/ops/test_production_settings.py shows that it does."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    person = confirmed_person()
    client = Client()
    answers = [
        client.get(reverse("account_login"), secure=True),
        client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD}, secure=True),
        client.get(reverse("account_email"), secure=True),
    ]
    cookies = {name: cookie for answer in answers for name, cookie in answer.cookies.items()}
    assert {"sessionid", "csrftoken"} <= set(cookies)
    for name, cookie in cookies.items():
        assert cookie["secure"], name
        assert cookie["samesite"] == "Lax", name
        assert not cookie["domain"], name
        assert cookie["httponly"] or name == "csrftoken", name
