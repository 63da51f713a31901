"""Keys of links: found by their secret only, used as often as allowed, and told apart by nobody."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from hanse_base import link_pages
from hanse_base.link_pages import link_page
from hanse_base.link_tokens import NoSuchLink, find_link, issue_link, remove_old_links, revoke_link, use_link
from hanse_base.models import LinkToken

pytestmark = pytest.mark.django_db


def issue(**fields):
    return issue_link("test", **{"expires_at": timezone.now() + timedelta(days=1)} | fields)


def opens(secret, purpose="test"):
    try:
        find_link(purpose, secret)
    except NoSuchLink:
        return False
    return True


def test_the_secret_is_long_random_and_kept_nowhere():
    (token, secret), (_other, another) = issue(), issue()
    assert secret != another
    assert len(secret) >= 43  # 32 bytes in base64
    row = LinkToken.objects.filter(pk=token.pk).values().get()
    assert secret not in str(row)


def test_looking_uses_nothing_up():
    _token, secret = issue()
    assert [opens(secret) for _ in range(3)] == [True] * 3
    use_link("test", secret)
    assert not opens(secret)


def test_a_secret_opens_only_what_it_was_made_for():
    _token, secret = issue()
    assert not opens(secret, purpose="another")
    assert not opens(secret[:-1])
    assert not opens("")
    with pytest.raises(NoSuchLink):
        use_link("another", secret)
    assert opens(secret)


def test_it_is_used_as_often_as_allowed():
    _token, secret = issue(use_limit=2)
    use_link("test", secret)
    assert use_link("test", secret).uses == 2
    with pytest.raises(NoSuchLink):
        use_link("test", secret)


@pytest.mark.parametrize("end", ["expired", "revoked"])
def test_after_its_end_it_opens_nothing(end):
    token, secret = issue()
    if end == "expired":
        LinkToken.objects.update(expires_at=timezone.now())
    else:
        revoke_link(token.pk)
    assert not opens(secret)
    with pytest.raises(NoSuchLink):
        use_link("test", secret)


def test_a_use_that_comes_to_nothing_does_not_count():
    _token, secret = issue()
    with transaction.atomic():
        use_link("test", secret)
        transaction.set_rollback(True)
    assert opens(secret)


def test_old_keys_are_removed_and_others_stay():
    issue(expires_at=timezone.now() - timedelta(days=31))
    kept, _secret = issue(expires_at=timezone.now() - timedelta(days=29))
    assert remove_old_links() == 1
    assert LinkToken.objects.get() == kept


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_it_at_the_same_moment_one_gets_it():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time; the suite on PostgreSQL runs this")
    _token, secret = issue()
    ready, won, lost = threading.Barrier(4, timeout=20), [], []

    def use():
        try:
            with transaction.atomic():
                ready.wait()
                won.append(use_link("test", secret))
        except NoSuchLink as error:
            lost.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 3)


class TestPages:
    @pytest.fixture(autouse=True)
    def plain_templates(self, monkeypatch):
        monkeypatch.setattr(
            link_pages, "render", lambda request, template, status: HttpResponse(template, status=status)
        )

    def ask(self, method="get", network="192.0.2.1", opened=False):
        @link_page
        def view(request):
            if not opened:
                raise NoSuchLink
            return HttpResponse("in")

        return view(getattr(RequestFactory(REMOTE_ADDR=network), method)("/x/"))

    @pytest.mark.parametrize("opened", [True, False])
    def test_the_address_goes_into_no_cache_and_to_no_other_site(self, opened):
        headers = self.ask(opened=opened).headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["Referrer-Policy"] == "strict-origin"
        assert "noindex" in headers["X-Robots-Tag"]

    def test_who_guesses_often_has_to_wait(self):
        answers = [self.ask().status_code for _ in range(link_pages.MISSES.most + 1)]
        assert answers == [404] * link_pages.MISSES.most + [429]
        assert self.ask(opened=True).status_code == 429
        assert self.ask(network="192.0.2.2", opened=True).status_code == 200

    def test_addresses_of_one_ipv6_network_count_together(self):
        for number in range(link_pages.MISSES.most):
            self.ask(network=f"2001:db8::{number:x}")
        assert self.ask(network="2001:db8::ffff").status_code == 429
        assert self.ask(network="2001:db8:0:1::1").status_code == 404

    def test_what_opens_is_not_counted(self):
        for _ in range(link_pages.MISSES.most + 1):
            assert self.ask(opened=True).status_code == 200

    def test_no_other_method_gets_through(self):
        assert self.ask("put", opened=True).status_code == 405
