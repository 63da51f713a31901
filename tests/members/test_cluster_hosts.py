"""A cluster's own host name: public pages only, no cookies, the platform's name in every link that names a host."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Site

from hanse_access.scopes import PUBLIC, Scope
from hanse_members import actions
from hanse_members.host_names import clean_host_name
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
HOST, PLATFORM = "photonik.example", "https://hanse.example.org"


@pytest.fixture(autouse=True)
def platform(settings):
    settings.WAGTAILADMIN_BASE_URL = PLATFORM
    settings.ALLOWED_HOSTS = ["hanse.example.org", "testserver"]


@pytest.fixture
def named(photonik, operator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return actions.update_cluster(photonik, by=operator, host_name=HOST)


@pytest.fixture
def ask(client, named):
    """Asks the cluster's own host."""

    def ask(path: str, method: str = "get", **headers):
        return getattr(client, method)(path, headers={"host": HOST, **headers})

    return ask


class TestWhatIsServed:
    def test_the_entry_page_in_the_language_of_the_reader(self, ask):
        assert ask("/", **{"accept-language": "de"}).url == "/de/c/photonik-nord/"
        assert ask("/", **{"accept-language": "fr, en;q=0.5"}).url == "/en/c/photonik-nord/"
        page = ask("/de/c/photonik-nord/")
        assert page.status_code == 200
        assert "Photonik Nord" in page.content.decode()

    def test_only_in_languages_of_the_cluster(self, ask, named, operator):
        actions.update_cluster(named, by=operator, languages=["de"])
        assert ask("/", **{"accept-language": "en"}).url == "/de/c/photonik-nord/"

    def test_canonical_links_name_the_platform(self, ask):
        Site.objects.update(hostname="hanse.example.org", port=443)
        page = ask("/en/c/photonik-nord/").content.decode()
        assert f'<link rel="canonical" href="{PLATFORM}/en/c/photonik-nord/">' in page

    def test_styles_and_what_programs_ask_for(self, ask):
        assert ask("/clusters/photonik-nord/theme.css").status_code == 200
        assert ask("/robots.txt").status_code == 200

    @pytest.mark.parametrize(
        "path",
        [
            "/en/",
            "/experts/?topic=3&q=a%20b",
            "/accounts/login/",
            "/admin/",
            "/dashboard/",
            "/clusters/leichtbau-sued/theme.css",
            "/en/c/leichtbau-sued/",
            "/en/c/photonik-nord-two/",
            "/sitemap.xml",
        ],
    )
    def test_everything_else_leads_to_the_platform(self, ask, path):
        response = ask(path)
        assert response.status_code == 302
        assert response.url.startswith(f"{PLATFORM}/")
        assert response.url == PLATFORM + response.wsgi_request.get_full_path()

    @pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
    def test_nothing_is_sent_there(self, ask, method):
        assert ask("/en/c/photonik-nord/", method).status_code == 405

    def test_a_suspended_cluster_has_no_page_there_either(self, ask, named, operator):
        actions.suspend_cluster(named, by=operator)
        assert ask("/en/c/photonik-nord/").status_code == 404

    def test_a_name_that_nobody_has_is_refused(self, client, named):
        assert client.get("/en/", headers={"host": "other.example"}).status_code == 400

    def test_a_changed_name_works_at_once(self, client, ask, named, operator, django_capture_on_commit_callbacks):
        ask("/")
        with django_capture_on_commit_callbacks(execute=True):
            actions.update_cluster(named, by=operator, host_name="www.photonik.example")
        assert client.get("/", headers={"host": "www.photonik.example:8000"}).status_code == 302
        assert ask("/").status_code == 400


class TestWhoAsks:
    """Nobody: whoever is signed in on the platform is a visitor here."""

    @pytest.fixture
    def pieces(self, photonik):
        return {
            level: NewsPageFactory(cluster=photonik, title=f"Piece for {level}", scopes=[scope])
            for level, scope in (("public", PUBLIC), ("cluster", Scope("cluster", photonik.pk)))
        }

    def test_members_see_what_the_public_sees(self, client, ask, photonik, pieces):
        client.force_login(MembershipFactory(cluster=photonik).person)
        own = client.get(pieces["cluster"].url)
        assert own.status_code == 200
        assert ask(pieces["public"].url).status_code == 200
        hidden, missing = ask(pieces["cluster"].url), ask("/en/c/photonik-nord/news/missing/")
        assert hidden.status_code == missing.status_code == 404
        listing = ask(pieces["public"].get_parent().url).content.decode()
        assert "Piece for public" in listing
        assert "Piece for cluster" not in listing

    def test_no_cookie_is_set_and_none_is_read(self, client, ask, photonik):
        client.force_login(MembershipFactory(cluster=photonik).person)
        for path in ("/", "/en/c/photonik-nord/", "/en/c/photonik-nord/nothing/", "/experts/"):
            response = ask(path)
            assert not response.cookies
            assert not hasattr(response.wsgi_request, "user") or not response.wsgi_request.user.is_authenticated


class TestTransport:
    def test_encrypted_under_its_own_name(self, ask, settings):
        settings.SECURE_SSL_REDIRECT = True
        assert ask("/en/c/photonik-nord/?a=1").url == f"https://{HOST}/en/c/photonik-nord/?a=1"

    def test_nothing_is_said_about_the_rest_of_the_domain(self, client, named, settings):
        settings.SECURE_HSTS_SECONDS = 1000
        settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
        page = client.get("/en/c/photonik-nord/", headers={"host": HOST}, secure=True)
        assert page["Strict-Transport-Security"] == "max-age=1000"

    def test_forms_may_be_led_on_to_the_platform(self, ask):
        policy = ask("/en/c/photonik-nord/")["Content-Security-Policy"]
        assert f"form-action 'self' {PLATFORM};" in policy + ";"


class TestNaming:
    def test_only_operators_name_a_host(self, client, photonik, manager, operator):
        with pytest.raises(actions.NotPermitted):
            actions.update_cluster(photonik, by=manager, host_name=HOST)
        url = f"/admin/hanse_members_clusters/edit/{photonik.pk}/"
        for person, offered in ((manager, False), (operator, True)):
            client.force_login(person)
            assert ('name="host_name"' in client.get(url).content.decode()) == offered

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("WWW.Photonik.Example", "www.photonik.example"),
            ("https://photonik.example/", "photonik.example"),
            ("münchen.example", "xn--mnchen-3ya.example"),
        ],
    )
    def test_it_is_stored_as_it_is_asked_for(self, text, name):
        assert clean_host_name(text) == name

    @pytest.mark.parametrize(
        "text",
        [
            "photonik",
            "photonik.example/path",
            "photonik.example:8000",
            "192.0.2.1",
            "[::1]",
            "a..b",
            "-a.example",
            "a b.example",
            "*.example",
            "x" * 64 + ".example",
            "hanse.example.org",
            "HANSE.example.org.",
        ],
    )
    def test_what_is_no_host_name_or_the_platforms_is_refused(self, text):
        with pytest.raises(ValidationError):
            clean_host_name(text)

    def test_one_name_for_one_cluster(self, named, leichtbau, operator):
        with pytest.raises(ValidationError) as problem:
            actions.update_cluster(leichtbau, by=operator, host_name=HOST.upper())
        assert "host_name" in problem.value.message_dict
        actions.update_cluster(named, by=operator, host_name="")
        actions.update_cluster(leichtbau, by=operator, host_name="")
