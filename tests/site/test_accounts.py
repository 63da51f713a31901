"""Sign-up, confirmation, password, address: each works, and none tells whether an address has an account."""

import re
import time
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail, signing
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_str

from tests.factories.accounts import PASSWORD, confirmed_person

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

User = get_user_model()


def shown(seconds_ago: int) -> str:
    """What the sign-up form carries when it was shown so long ago."""
    signer = signing.TimestampSigner(salt="hanse_site.signup")
    signer.timestamp = lambda: signing.b62_encode(int(time.time()) - seconds_ago)
    return signer.sign("form")


def signup_data(**changes) -> dict:
    return {
        "first_name": "Ida",
        "last_name": "Lund",
        "email": "ida@example.org",
        "password1": "seven boats in fog",
        "terms": "on",
        "website": "",
        "shown_at": shown(30),
    } | changes


def sign_up(client=None, **changes):
    return (client or Client()).post(reverse("account_signup"), signup_data(**changes))


def link_in(message) -> str:
    return urlsplit(re.findall(r"https?://\S+", message.body)[0]).path


#: Differ between any two answers.
VARYING = {"Content-Length", "Expires", "X-Request-ID", "X-Request-Id"}


def comparable(response) -> tuple:
    """Everything of an answer that a stranger could compare, with the token and the address taken out."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", force_str(response.content))
    body = re.sub(r'name="shown_at" value="[^"]+"', "", body)
    body = re.sub(r"[\w.+-]+@example\.org", "ADDRESS", body)
    headers = {name: value for name, value in response.headers.items() if name not in VARYING}
    cookies = {name: {**morsel, "expires": ""} for name, morsel in response.cookies.items()}
    return response.status_code, headers, sorted(cookies), body


class TestSignUp:
    def test_makes_an_account_that_waits_for_its_confirmation(self):
        response = sign_up()
        assert response.url == reverse("account_email_verification_sent")
        person = User.objects.get(email="ida@example.org")
        assert person.get_full_name() == "Ida Lund"
        assert person.terms_accepted_at is not None
        assert not EmailAddress.objects.get(user=person).verified

    def test_keeps_the_language_it_was_filled_in(self):
        sign_up(Client(headers={"accept-language": "de"}))
        assert User.objects.get(email="ida@example.org").language == "de"
        assert mail.outbox[0].subject == "Bitte bestätigen Sie Ihre E-Mail-Adresse"

    def test_address_is_confirmed_by_the_button_not_by_the_link(self, client):
        sign_up(client)
        link = link_in(mail.outbox[0])
        client.get(link)
        assert not EmailAddress.objects.get(email="ida@example.org").verified
        client.post(link)
        assert EmailAddress.objects.get(email="ida@example.org").verified

    def test_nobody_signs_in_before_the_confirmation(self, client):
        sign_up(client)
        client.post(reverse("account_login"), {"login": "ida@example.org", "password": "seven boats in fog"})
        assert "_auth_user_id" not in client.session

    def test_following_a_foreign_link_ends_nobodys_session(self, client):
        sign_up()
        client.force_login(confirmed_person())
        client.get(link_in(mail.outbox[0]))
        assert "_auth_user_id" in client.session

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"terms": ""}, "terms"),
            ({"first_name": ""}, "first_name"),
            ({"last_name": ""}, "last_name"),
            ({"email": "nobody"}, "email"),
            ({"password1": "short"}, "password1"),
            ({"password1": "password123"}, "password1"),
        ],
    )
    def test_error_stands_at_the_field_and_what_was_typed_is_kept(self, changes, field):
        response = sign_up(**changes)
        assert list(response.context["form"].errors) == [field]
        assert b'value="Lund"' in response.content or field == "last_name"
        assert not User.objects.exists()

    def test_program_that_fills_the_trap_gets_the_same_answer_and_no_account(self):
        honest = sign_up()
        trapped = sign_up(email="other@example.org", website="https://example.org")
        assert trapped.url == honest.url
        assert not User.objects.filter(email="other@example.org").exists()

    @pytest.mark.parametrize("seconds", [0, 60 * 60 * 25])
    def test_form_sent_at_once_or_after_a_day_is_shown_again(self, seconds):
        response = sign_up(shown_at=shown(seconds))
        assert response.context["form"].non_field_errors()
        assert not User.objects.exists()

    @pytest.mark.parametrize("shown_at", ["", "form", "form:forged:forged"])
    def test_form_without_its_own_time_is_shown_again(self, shown_at):
        response = sign_up(shown_at=shown_at)
        assert response.context["form"].non_field_errors()
        assert not User.objects.exists()

    def test_installation_can_close_it(self, settings):
        settings.HANSE_SIGNUP_OPEN = False
        assert sign_up().status_code == 200
        assert not User.objects.exists()
        assert reverse("account_signup") not in Client().get(reverse("account_login")).content.decode()

    def test_too_many_of_them_are_refused_on_a_page_of_ours(self):
        answers = [sign_up(email=f"n{number}@example.org") for number in range(11)]
        assert [answer.status_code for answer in answers[:10]] == [302] * 10
        assert answers[-1].status_code == 429
        assert b'id="main"' in answers[-1].content


class TestNoEnumeration:
    """An address with an account gets the answer of one without."""

    @pytest.fixture(autouse=True)
    def known(self):
        return confirmed_person(email="known@example.org")

    def test_sign_up(self):
        known, unknown = (sign_up(email=f"{name}@example.org") for name in ("known", "unknown"))
        assert comparable(known) == comparable(unknown)
        assert [message.to for message in mail.outbox] == [["known@example.org"], ["unknown@example.org"]]

    def test_page_after_sign_up(self):
        pages = []
        for name in ("known", "unknown"):
            client = Client()
            pages.append(comparable(client.get(sign_up(client, email=f"{name}@example.org").url)))
        assert pages[0] == pages[1]

    def test_password_reset(self):
        known, unknown = (
            Client().post(reverse("account_reset_password"), {"email": f"{name}@example.org"})
            for name in ("known", "unknown")
        )
        assert comparable(known) == comparable(unknown)
        assert len(mail.outbox) == 2

    def test_sign_in(self):
        known, unknown = (
            Client().post(reverse("account_login"), {"login": f"{name}@example.org", "password": "wrong wrong"})
            for name in ("known", "unknown")
        )
        assert comparable(known) == comparable(unknown)

    def test_change_of_address(self):
        pages = []
        for name in ("known", "unknown"):
            client = reauthenticated(confirmed_person(email=f"asks.{name}@example.org", first_name="A", last_name="B"))
            client.post(reverse("account_email"), {"action_add": "", "email": f"{name}@example.org"})
            pages.append(comparable(client.get(reverse("account_email"))))
        assert pages[0] == pages[1]


def reauthenticated(person) -> Client:
    """A client of a person who has just shown the password."""
    client = Client()
    client.force_login(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


class TestPasswordAndAddress:
    def test_forgotten_password_is_replaced_by_a_link(self, client):
        person = confirmed_person()
        client.post(reverse("account_reset_password"), {"email": person.email})
        form = client.get(link_in(mail.outbox[0]), follow=True)
        client.post(form.request["PATH_INFO"], {"password1": "nine boats in fog"})
        person.refresh_from_db()
        assert person.check_password("nine boats in fog")
        assert "_auth_user_id" not in client.session

    def test_password_is_changed_with_the_present_one(self):
        person = confirmed_person()
        client = reauthenticated(person)
        url = reverse("account_change_password")
        assert client.post(url, {"oldpassword": "wrong", "password1": "nine boats in fog"}).context["form"].errors
        client.post(url, {"oldpassword": PASSWORD, "password1": "nine boats in fog"})
        person.refresh_from_db()
        assert person.check_password("nine boats in fog")
        assert [message.to for message in mail.outbox] == [[person.email]]

    def test_new_address_counts_after_its_confirmation_and_the_old_one_hears_of_it(self):
        person = confirmed_person(email="old@example.org")
        client = reauthenticated(person)
        client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
        person.refresh_from_db()
        assert person.email == "old@example.org"
        client.post(link_in(mail.outbox[0]))
        person.refresh_from_db()
        assert person.email == "new@example.org"
        assert [message.to for message in mail.outbox] == [["new@example.org"], ["old@example.org"]]

    def test_no_address_is_added_in_a_session_that_showed_the_password_long_ago(self, client):
        """Whoever finds an open browser could otherwise take the account over."""
        person = confirmed_person(email="old@example.org")
        client.force_login(person)
        answer = client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
        assert answer.url.startswith(reverse("account_reauthenticate"))
        assert mail.outbox == []

    def test_repeated_wrong_passwords_are_stopped(self, client):
        person = confirmed_person()
        for _attempt in range(6):
            client.post(reverse("account_login"), {"login": person.email, "password": "wrong wrong"})
        client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
        assert "_auth_user_id" not in client.session


def test_mails_say_no_more_than_needed():
    """Neither the name nor where the request came from stands in a mail that a stranger can cause."""
    sign_up()
    confirmed_person(email="known@example.org", first_name="Jana", last_name="Petersen")
    sign_up(email="known@example.org")
    Client().post(reverse("account_reset_password"), {"email": "known@example.org"})
    text = "\n".join(message.body for message in mail.outbox)
    assert len(mail.outbox) == 3
    for secret in ("Jana", "Petersen", "Ida", "127.0.0.1"):
        assert secret not in text


@pytest.mark.parametrize("known", [True, False])
def test_links_in_mails_lead_to_the_address_in_the_settings(known, settings):
    """Whoever asks for somebody else's reset must not choose where the key in the mail goes."""
    settings.ALLOWED_HOSTS = ["testserver", "other.example.org"]
    settings.WAGTAILADMIN_BASE_URL = "https://hanse.example.org"
    if known:
        confirmed_person(email="known@example.org")
    for host in ("testserver:6666", "other.example.org"):
        client = Client(headers={"host": host})
        client.post(reverse("account_reset_password"), {"email": "known@example.org"})
        sign_up(client, email="known@example.org")
    links = [link for message in mail.outbox for link in re.findall(r"https?://\S+", message.body)]
    assert len(mail.outbox) >= 3
    assert {urlsplit(link).netloc for link in links} == {"hanse.example.org"}


def test_sign_up_hashes_as_often_for_an_address_that_has_an_account(monkeypatch):
    """Hashing takes most of the time of a sign-up: without it, the time would tell."""
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    confirmed_person(email="known@example.org")
    numbers = []
    for email in ("known@example.org", "new@example.org"):
        hashed.clear()
        assert sign_up(email=email).status_code == 302
        numbers.append(len(hashed))
    assert numbers[0] == numbers[1] > 0


class TestProfile:
    def test_name_language_and_zone_are_saved(self, client):
        person = confirmed_person()
        client.force_login(person)
        data = {"first_name": "Ada", "last_name": "Sund", "language": "de", "time_zone": "Europe/Helsinki"}
        assert client.post(reverse("hanse_account:profile"), data).status_code == 302
        person.refresh_from_db()
        assert (person.get_full_name(), person.language, person.time_zone) == ("Ada Sund", "de", "Europe/Helsinki")
        assert "Mein Konto" in client.get(reverse("hanse_account:overview")).content.decode()

    @pytest.mark.parametrize("field", ["language", "time_zone", "first_name"])
    def test_wrong_values_are_refused_at_the_field(self, client, field):
        client.force_login(confirmed_person())
        data = {"first_name": "Ada", "last_name": "Sund", field: "" if field == "first_name" else "Mars/Olympus"}
        response = client.post(reverse("hanse_account:profile"), data)
        assert response.status_code == 400
        assert list(response.context["form"].errors) == [field]


class TestPeopleOfTheDemo:
    def test_stand_on_its_sign_in_page(self, client):
        assert "operator@example.org" in client.get(reverse("account_login")).content.decode()

    def test_stand_on_no_other(self, client, settings):
        settings.HANSE_DEMO = False
        assert "operator@example.org" not in client.get(reverse("account_login")).content.decode()


GERMAN_PAGES = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_email_verification_sent",
    "account_inactive",
    "account_logout",
    "account_email",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "usersessions_list",
    "hanse_account:overview",
    "hanse_account:profile",
    "hanse_account:own_data",
    "hanse_account:delete",
]


@pytest.mark.parametrize("name", GERMAN_PAGES)
def test_page_is_in_german_and_says_sie(name):
    signed_out = name in GERMAN_PAGES[:6]
    client = Client() if signed_out else reauthenticated(confirmed_person(language="de"))
    page = client.get(reverse(name), headers={"accept-language": "de"})
    assert page.status_code == 200
    main = re.sub(r"<[^>]+>", " ", page.content.decode().partition("<main")[2].partition("</main>")[0])
    assert not re.search(r"\b(du|dein\w*|dich|dir|your|you|please)\b", main, re.IGNORECASE), main
