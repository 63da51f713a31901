"""Ways around the second factor: each is tried, none leads into the administration."""

import itertools
import re
from types import SimpleNamespace

import pytest
from allauth.account.internal.flows import reauthentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from hanse_access.operators import operator_group
from tests.factories.accounts import PASSWORD, confirmed_person
from tests.site.urls_walk import routes

from .test_accounts import link_in

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def required(settings):
    settings.HANSE_ADMIN_REQUIRES_MFA = True


@pytest.fixture
def operator():
    operator = confirmed_person()
    operator.groups.add(operator_group())
    return operator


@pytest.fixture
def guarded(operator):
    """An operator with an authenticator app."""
    totp.TOTP.activate(operator, SECRET)
    return operator


def code_at(moment: float, secret: str = SECRET) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(moment) // 30))


@pytest.fixture
def clock(monkeypatch):
    """The time that codes are made of and that the cache forgets by; ``clock.now`` can be set."""
    clock = SimpleNamespace(now=totp.time.time() // 30 * 30)
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: clock.now))
    used, add = {}, cache.add

    def add_until(key, value, timeout=300):
        if "totp.used" not in key:
            return add(key, value, timeout=timeout)
        if used.get(key, 0) > clock.now:
            return False
        used[key] = clock.now + timeout
        return True

    monkeypatch.setattr(cache, "add", add_until)
    return clock


def with_password(person) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def enter_code(client: Client, code: str, name: str = "mfa_authenticate"):
    return client.post(reverse(name), {"code": code})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def enters(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


class TestNoAddress:
    def test_of_the_administration_answers_without_a_factor(self, operator):
        client = with_password(operator)
        paths = {route.path for route in routes() if route.path and route.path.startswith("/admin/")}
        for path in sorted(paths):
            answer = client.get(path)
            assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("mfa_index")), path
        assert is_signed_in(client)

    def test_counts_as_another_for_being_written_otherwise(self, operator):
        client = with_password(operator)
        for path in ("//admin/", "/%61dmin/", "/admin//", "/admin/./pages/", "/admin/%2e%2e/admin/pages/", "/ADMIN/"):
            assert client.get(path).status_code != 200, path

    def test_answers_somebody_between_password_and_code(self, guarded):
        client = with_password(guarded)
        assert not is_signed_in(client)
        for name in ("wagtailadmin_home", "hanse_account:overview", "mfa_index", "mfa_reauthenticate"):
            answer = client.get(reverse(name))
            assert answer.status_code == 302
            assert answer.url.startswith((reverse("account_login"), reverse("mfa_authenticate"))), name


class TestSession:
    def test_with_the_factor_enters(self, guarded):
        client = with_password(guarded)
        enter_code(client, code_at(totp.time.time()))
        assert enters(client)

    def test_that_began_before_the_factor_was_set_up_has_to_show_it(self, operator):
        client = with_password(operator)
        totp.TOTP.activate(operator, SECRET)
        answer = client.get("/admin/pages/?ordering=title")
        assert answer.url == f"{reverse('mfa_reauthenticate')}?next=%2Fadmin%2Fpages%2F%3Fordering%3Dtitle"
        assert client.post("/admin/account/", {}).url == f"{reverse('mfa_reauthenticate')}?next=%2Fadmin%2F"
        assert client.get("/admin/", headers={"x-requested-with": "XMLHttpRequest"}).status_code == 403
        enter_code(client, code_at(totp.time.time()), "mfa_reauthenticate")
        assert enters(client)

    def test_with_a_passkey_alone_is_asked_for_that(self, operator, client):
        Authenticator.objects.create(user=operator, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
        client.force_login(operator)
        assert client.get("/admin/").url.startswith(reverse("mfa_reauthenticate_webauthn"))

    @pytest.mark.django_db(transaction=True)  # allauth tells of it after the commit
    def test_that_sets_the_first_factor_up_enters_at_once(self, operator):
        client = with_password(operator)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
        enter_code(client, code_at(totp.time.time(), secret), "mfa_activate_totp")
        assert enters(client)

    def test_is_shut_out_once_the_last_factor_is_removed(self, guarded, clock):
        client = with_password(guarded)
        enter_code(client, code_at(clock.now))
        clock.now += 90
        enter_code(client, code_at(clock.now), "mfa_reauthenticate")
        client.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.filter(user=guarded).exists()
        assert client.get("/admin/").url == reverse("mfa_index")

    def test_is_asked_again_next_time(self, guarded, clock, settings):
        """No browser is trusted for having shown the factor before."""
        client = with_password(guarded)
        enter_code(client, code_at(clock.now))
        client.post(reverse("account_logout"))
        client.post(reverse("account_login"), {"login": guarded.email, "password": PASSWORD})
        assert not is_signed_in(client)
        assert not getattr(settings, "MFA_TRUST_ENABLED", False)


CHANGES = [
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "account_email",
    "hanse_account:delete",
    "hanse_account:download_own_data",
]


class TestWhoeverHasAFactor:
    @pytest.mark.parametrize("name", CHANGES)
    def test_shows_it_before_a_change(self, guarded, clock, name):
        """A session left open and a stolen password together are not enough."""
        RecoveryCodes.activate(guarded)
        client = with_password(guarded)
        enter_code(client, code_at(clock.now))
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        for ask in (client.get, client.post):
            answer = ask(reverse(name), {"action_add": "", "email": "thief@example.org"})
            if answer.status_code == 405 or (name == "account_email" and ask == client.get):
                continue  # only shows the address
            assert answer.status_code == 302, name
            assert answer.url.startswith((reverse("account_reauthenticate"), reverse("mfa_reauthenticate"))), name
        assert Authenticator.objects.filter(user=guarded).count() == 2

    def test_is_offered_no_other_way(self, guarded, clock):
        client = with_password(guarded)
        enter_code(client, code_at(clock.now))
        answer = client.get(reverse("account_reauthenticate"))
        assert answer.url == reverse("mfa_reauthenticate")
        assert "password" not in client.get(answer.url).content.decode().partition("<main")[2].lower()

    def test_removes_no_passkey_without_it(self, guarded, clock):
        key = Authenticator.objects.create(user=guarded, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
        client = with_password(guarded)
        enter_code(client, code_at(clock.now))
        for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
            assert client.post(reverse(name, args=[key.pk]), {"name": "x"}).status_code == 302
        key.refresh_from_db()
        assert key.data["name"] == "Key"

    def test_is_asked_for_it_again_after_some_minutes(self, guarded, clock, monkeypatch):
        client = with_password(guarded)
        enter_code(client, code_at(clock.now))
        clock.now += 90
        enter_code(client, code_at(clock.now), "mfa_reauthenticate")
        assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
        later = reauthentication.time.time() + 301
        monkeypatch.setattr(reauthentication, "time", SimpleNamespace(time=lambda: later))
        assert client.get(reverse("mfa_deactivate_totp")).status_code == 302

    def test_is_not_signed_in_by_a_new_password(self, guarded):
        client = Client()
        client.post(reverse("account_reset_password"), {"email": guarded.email})
        form = client.get(link_in(mail.outbox[0]), follow=True)
        client.post(form.request["PATH_INFO"], {"password1": "nine boats in fog"})
        assert not is_signed_in(client)
        client.post(reverse("account_login"), {"login": guarded.email, "password": "nine boats in fog"})
        assert not is_signed_in(client)


class TestCode:
    @pytest.mark.parametrize("seconds", [0, 29, 31, 59])
    def test_works_once_as_long_as_it_is_valid(self, guarded, clock, seconds):
        """The clock of a device may be a step off, so a code is valid longer than it is shown."""
        code = code_at(clock.now + 30)
        first = with_password(guarded)
        enter_code(first, code)
        assert is_signed_in(first)
        clock.now += seconds
        second = with_password(guarded)
        enter_code(second, code)
        assert not is_signed_in(second)

    def test_of_signing_in_confirms_nothing_else(self, guarded, clock):
        client = with_password(guarded)
        enter_code(client, code_at(clock.now))
        enter_code(client, code_at(clock.now), "mfa_reauthenticate")
        assert client.get(reverse("mfa_deactivate_totp")).status_code == 302

    def test_that_switched_the_app_on_signs_nobody_in(self, operator, clock):
        client = with_password(operator)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
        enter_code(client, code_at(clock.now, secret), "mfa_activate_totp")
        other = with_password(operator)
        enter_code(other, code_at(clock.now, secret))
        assert not is_signed_in(other)

    def test_of_recovery_confirms_once(self, guarded, clock):
        code = RecoveryCodes.activate(guarded).get_unused_codes()[0]
        client = with_password(guarded)
        enter_code(client, code)
        assert is_signed_in(client)
        enter_code(client, code, "mfa_reauthenticate")
        assert client.get(reverse("mfa_deactivate_totp")).status_code == 302

    def test_cannot_be_guessed_from_many_addresses(self, guarded):
        right = code_at(totp.time.time())
        wrong = (f"{number:06}" for number in itertools.count() if f"{number:06}" != right)
        for number, code in zip(range(6), wrong, strict=False):
            client = Client(REMOTE_ADDR=f"192.0.2.{number}")
            client.post(reverse("account_login"), {"login": guarded.email, "password": PASSWORD})
            enter_code(client, code)
        client = with_password(guarded)
        page = enter_code(client, right)
        assert not is_signed_in(client)
        assert re.search("Too many tries", page.content.decode())


@pytest.mark.parametrize("rest", ['"id": 1, "rawId": "x"', '"rawId": [], "id": "eA"', '"id": "eA", "rawId": "eA"'])
@pytest.mark.parametrize("name", ["mfa_login_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn"])
def test_odd_answer_of_a_device_is_no_right_one(operator, rest, name):
    client = Client() if name == "mfa_login_webauthn" else with_password(operator)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    credential = f'{{"type": "public-key", "response": {{"userHandle": "x", "clientDataJSON": 5}}, {rest}}}'
    assert client.post(reverse(name), {"credential": credential}).status_code in (200, 302)
    assert not Authenticator.objects.exists()
