"""Second factors, sessions, and the administration that asks for one."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Permission
from django.core import checks
from django.test import Client
from django.urls import reverse

from hanse_access.operators import operator_group
from tests.factories.accounts import PASSWORD, confirmed_person

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

SECRET = "JBSWY3DPEHPK3PXP"


def code_now() -> str:
    return totp.format_hotp_value(totp.hotp_value(SECRET, next(iter(totp.yield_hotp_counters_from_time()))))


def sign_in(person) -> Client:
    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


class TestSignIn:
    def test_code_of_the_app_is_asked_for(self):
        person = confirmed_person()
        totp.TOTP.activate(person, SECRET)
        client = sign_in(person)
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert "_auth_user_id" not in client.session
        client.post(reverse("mfa_authenticate"), {"code": code_now()})
        assert "_auth_user_id" in client.session

    def test_code_works_once(self):
        person = confirmed_person()
        totp.TOTP.activate(person, SECRET)
        code = code_now()
        sign_in(person).post(reverse("mfa_authenticate"), {"code": code})
        second = sign_in(person)
        second.post(reverse("mfa_authenticate"), {"code": code})
        assert "_auth_user_id" not in second.session

    def test_recovery_code_works_once(self):
        person = confirmed_person()
        totp.TOTP.activate(person, SECRET)
        code = RecoveryCodes.activate(person).get_unused_codes()[0]
        first, second = sign_in(person), sign_in(person)
        first.post(reverse("mfa_authenticate"), {"code": code})
        second.post(reverse("mfa_authenticate"), {"code": code})
        assert "_auth_user_id" in first.session
        assert "_auth_user_id" not in second.session


class TestAdministration:
    @pytest.fixture(autouse=True)
    def required(self, settings):
        settings.HANSE_ADMIN_REQUIRES_MFA = True

    @pytest.fixture
    def operator(self):
        operator = confirmed_person()
        operator_group().permissions.add(Permission.objects.get(codename="access_admin"))
        operator.groups.add(operator_group())
        return operator

    def test_leads_people_without_a_second_factor_to_set_one_up(self, client, operator):
        client.force_login(operator)
        for path in ("/admin/", "/admin/pages/", "/admin/reports/", "/admin/account/"):
            assert client.get(path).url == reverse("mfa_index")
        assert client.post("/admin/account/", {}).url == reverse("mfa_index")

    def test_refuses_scripts_of_people_without_one(self, client, operator):
        client.force_login(operator)
        assert client.get("/admin/", headers={"x-requested-with": "XMLHttpRequest"}).status_code == 403

    @pytest.mark.parametrize("kind", [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
    def test_opens_with_an_app_or_a_passkey(self, client, operator, kind):
        key = Authenticator.objects.create(user=operator, type=kind, data={"name": "Key", "secret": SECRET})
        client.force_login(operator)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "id": key.pk, "type": kind}]
        session["account_authentication_methods_user"] = str(operator.pk)
        session.save()
        assert client.get("/admin/").status_code == 200

    def test_stays_closed_with_recovery_codes_alone(self, client, operator):
        Authenticator.objects.create(user=operator, type=Authenticator.Type.RECOVERY_CODES, data={})
        client.force_login(operator)
        assert client.get("/admin/").url == reverse("mfa_index")

    def test_holds_for_superusers_too(self, client):
        client.force_login(confirmed_person(is_superuser=True))
        assert client.get("/admin/").url == reverse("mfa_index")

    def test_people_without_access_are_not_led_there(self, client):
        client.force_login(confirmed_person())
        assert client.get("/admin/").url != reverse("mfa_index")

    def test_other_pages_stay_open(self, client, operator):
        client.force_login(operator)
        assert client.get(reverse("hanse_account:overview")).status_code == 200

    def test_demo_opens_without(self, client, operator, settings):
        settings.HANSE_ADMIN_REQUIRES_MFA = False
        client.force_login(operator)
        assert client.get("/admin/").status_code == 200


class TestSessions:
    def test_are_listed_with_the_device(self):
        person = confirmed_person()
        sign_in(person)
        page = sign_in(person).get(reverse("usersessions_list")).content.decode()
        assert page.count("Firefox on Linux") == 2

    def test_others_can_be_ended(self):
        person = confirmed_person()
        other, own = sign_in(person), sign_in(person)
        own.post(reverse("usersessions_list"))
        assert "_auth_user_id" in own.session
        assert other.get(reverse("hanse_account:overview")).status_code == 302

    def test_signing_out_everywhere_ends_all(self):
        person = confirmed_person()
        other, own, stranger = sign_in(person), sign_in(person), sign_in(confirmed_person())
        own.post(reverse("hanse_account:sign_out_everywhere"))
        assert [client.get(reverse("hanse_account:overview")).status_code for client in (other, own)] == [302, 302]
        assert stranger.get(reverse("hanse_account:overview")).status_code == 200
        assert not UserSession.objects.filter(user=person).exists()

    def test_following_a_link_ends_none(self):
        client = sign_in(confirmed_person())
        assert client.get(reverse("hanse_account:sign_out_everywhere")).status_code == 405

    def test_last_use_is_not_written_with_every_request(self, django_assert_num_queries):
        client = sign_in(confirmed_person())
        client.get(reverse("hanse_account:deleted"))
        before = UserSession.objects.values_list("last_seen_at", flat=True).get()
        client.get(reverse("hanse_account:deleted"))
        assert UserSession.objects.values_list("last_seen_at", flat=True).get() == before


class TestSuperusers:
    def warnings(self, databases):
        found = checks.run_checks(tags=[checks.Tags.database], include_deployment_checks=True, databases=databases)
        return [message for message in found if message.id == "hanse_site.W001"]

    def test_are_counted_for_the_deployment(self):
        confirmed_person(is_superuser=True)
        confirmed_person(is_superuser=True, is_active=False)
        confirmed_person()
        (warning,) = self.warnings(["default"])
        assert warning.msg.startswith("1 ")

    def test_none_is_no_warning(self):
        assert self.warnings(["default"]) == []
