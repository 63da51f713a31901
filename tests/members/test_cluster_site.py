"""What a cluster has of its own: logos that can be made out, pages below its entry page, an imprint."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageDraw
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from hanse_members import actions
from hanse_members.colours import DARK, LIGHT
from hanse_members.logos import logo_contrast
from hanse_members.models import ClusterContentPage, ClusterLogo
from hanse_members.personal_data import logos
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory, content_page, entry_page
from tests.factories.files import PageAttachmentFactory, uploaded

from .test_admin import settings_of

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
HOST, PLATFORM = "photonik.example", "https://hanse.example.org"


def drawn(ink: str, ground: str | tuple = (0, 0, 0, 0), also: str = "") -> Image.Image:
    """A bar, and beside it one a tenth as large, in another colour."""
    image = Image.new("RGBA", (400, 100), ground)
    ImageDraw.Draw(image).rectangle((20, 30, 300, 70), fill=ink)
    if also:
        ImageDraw.Draw(image).rectangle((320, 30, 348, 70), fill=also)
    return image


def logo_file(*args, frames: int = 1, **options):
    buffer = io.BytesIO()
    images = [drawn(*args, **options) for _ in range(frames)]
    if frames > 1:
        images[1].paste("white", (0, 0, 50, 50))
        images[0].save(buffer, "GIF", save_all=True, append_images=images[1:])
    else:
        images[0].save(buffer, "PNG")
    return uploaded("logo.png", buffer.getvalue())


@pytest.mark.parametrize(
    ("ink", "options", "surfaces", "readable"),
    [
        ("#9c3722", {}, LIGHT, True),
        ("#9c3722", {"also": "#ffcc00"}, LIGHT, True),  # most of it can be made out
        ("#ffcc00", {"also": "#9c3722"}, LIGHT, False),
        ("#ffcc00", {}, LIGHT, False),
        ("#ffcc00", {}, DARK, True),
        ("#222222", {}, DARK, False),
        ("#222222", {"ground": "#ffffff"}, DARK, True),  # it brings its ground along
        ("#ffffff", {}, LIGHT, False),
        ("#00000000", {}, LIGHT, False),
    ],
)
def test_a_logo_is_measured_against_what_is_behind_it(ink, options, surfaces, readable):
    assert (logo_contrast(drawn(ink, **options), surfaces) >= 4.5) == readable


class TestLogos:
    @pytest.fixture
    def edit(self, client, photonik, manager):
        client.force_login(manager)
        url = reverse("hanse_members_clusters:edit", args=[photonik.pk])

        def edit(**changes):
            return client.post(url, settings_of(photonik, **changes))

        edit.url = url
        return edit

    def test_a_manager_puts_one_for_each_colour_set_and_everybody_sees_them(self, client, edit, photonik):
        assert edit(logo=logo_file("#1b5a75"), logo_dark=logo_file("#ffffff"), logo_has_name="on").status_code == 302
        client.logout()
        page = client.get("/en/c/photonik-nord/").content.decode()
        for logo in photonik.logos.all():
            assert logo.url in page
            assert client.get(logo.url).status_code == 200
        assert 'alt="Photonik Nord"' in page
        assert "(prefers-color-scheme: dark)" in page

    def test_the_form_shows_the_stored_ones_and_what_they_are(self, client, edit, photonik, operator):
        def shown():
            page = client.get(edit.url).content.decode()
            return [logo.url in page for logo in photonik.logos.order_by("-shade")], page.count("The present logo")

        assert shown() == ([], 0)
        edit(logo=logo_file("#1b5a75"), logo_dark=logo_file("#ffffff"))
        assert shown() == ([True, True], 2)
        assert 'alt="The present logo in dark mode"' in client.get(edit.url).content.decode()
        edit(no_logo_dark="on")
        assert shown() == ([True], 1)
        actions.suspend_cluster(photonik, by=operator)  # the picture is not served then
        client.force_login(operator)
        assert shown() == ([False], 0)

    def test_with_one_for_light_grounds_only_it_has_a_plate_in_dark_mode(self, client, edit):
        edit(logo=logo_file("#1b5a75"))
        page = client.get("/en/c/photonik-nord/").content.decode()
        assert "logo plated" in page
        assert "<span>Photonik Nord</span>" in page  # the logo does not say the name

    def test_news_have_it_too(self, client, edit, photonik):
        edit(logo=logo_file("#1b5a75"))
        assert photonik.logos.get().url in client.get("/en/c/photonik-nord/news/").content.decode()

    @pytest.mark.parametrize("field", ["logo", "logo_dark"])
    def test_one_that_is_hard_to_make_out_is_refused_at_its_field_with_the_figure(self, edit, photonik, field):
        weak = {"logo": "#ffcc00", "logo_dark": "#333333"}[field]
        response = edit(**{field: logo_file(weak)}, short_name="Kept")
        form = response.context["form"]
        assert set(form.errors) == {field}
        assert "4.5" in form.errors[field][0]
        assert b'value="Kept"' in response.content
        assert not photonik.logos.exists()

    def test_one_that_moves_is_refused(self, edit):
        assert "logo" in edit(logo=logo_file("#1b5a75", frames=2)).context["form"].errors

    def test_no_picture_is_no_logo(self, edit):
        assert "logo" in edit(logo=uploaded("logo.png", b"%PDF-1.7\n")).context["form"].errors

    def test_it_is_replaced_and_taken_away(self, client, edit, photonik):
        edit(logo=logo_file("#1b5a75"))
        first = photonik.logos.get()
        edit(logo=logo_file("#9c3722"))
        assert photonik.logos.get().pk != first.pk
        edit(no_logo="on")
        assert not photonik.logos.exists()
        assert client.get(first.url).status_code == 404

    def test_of_a_suspended_cluster_it_is_not_there(self, client, edit, photonik, operator):
        edit(logo=logo_file("#1b5a75"))
        actions.suspend_cluster(photonik, by=operator)
        assert client.get(ClusterLogo.objects.get().url).status_code == 404

    def test_it_is_among_the_own_data_of_who_brought_it_and_stays_without_them(self, edit, photonik, manager):
        edit(logo=logo_file("#1b5a75"))
        (file,) = logos.export(manager)
        assert file.path.startswith("logos/photonik")
        manager.delete()
        assert photonik.logos.get().uploaded_by is None

    def test_others_cannot_put_one(self, photonik, leichtbau, editor):
        stranger = MembershipFactory(cluster=leichtbau, role=Role.MANAGER).person
        for person in (editor, stranger):
            with pytest.raises(actions.NotPermitted):
                actions.set_logos(photonik, by=person, logo=None)


class TestPages:
    def form(self, **changes):
        data = nested_form_data(
            {
                "title": "How to join",
                "lead": "Three steps.",
                "slug": "how-to-join",
                "show_in_menus": "on",
                "purpose": "",
                "body": streamfield([("paragraph", rich_text("<p>Write to us.</p>"))]),
                "action-publish": "1",
            }
        )
        return data | {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"} | changes

    def add_url(self, cluster):
        return reverse("wagtailadmin_pages:add", args=["hanse_members", "clustercontentpage", entry_page(cluster).pk])

    def test_an_editor_adds_one_that_everybody_reads_and_finds_in_the_navigation(self, client, photonik, editor):
        client.force_login(editor)
        assert self.add_url(photonik) in client.get("/en/c/photonik-nord/").content.decode()
        assert client.post(self.add_url(photonik), self.form()).status_code == 302
        client.logout()
        page = client.get("/en/c/photonik-nord/how-to-join/")
        assert "Write to us." in page.content.decode()
        assert photonik.theme_url in page.content.decode()
        assert 'href="/en/c/photonik-nord/how-to-join/"' in client.get("/en/c/photonik-nord/").content.decode()

    def test_editors_stay_within_their_own_cluster(self, client, photonik, leichtbau, editor):
        """Neither the form for a new page, nor changing, publishing, moving to, or reading a draft of another's."""
        foreign = content_page(leichtbau)
        own = content_page(photonik, title="Ours")
        client.force_login(editor)
        before = Page.objects.count()
        assert client.post(self.add_url(leichtbau), self.form()).status_code == 404
        for view in ("edit", "unpublish", "delete", "history", "view_draft"):
            response = client.post(reverse(f"wagtailadmin_pages:{view}", args=[foreign.pk]), self.form())
            assert response.status_code in (302, 403, 404, 405), view
        client.post(reverse("wagtailadmin_pages:move_confirm", args=[own.pk, entry_page(leichtbau).pk]))
        foreign.refresh_from_db()
        own.refresh_from_db()
        assert (Page.objects.count(), foreign.title, foreign.live) == (before, "How to join", True)
        assert own.is_child_of(entry_page(photonik))

    @pytest.mark.parametrize("where", ["new page", "entry page"])
    def test_no_private_picture_of_others_is_opened_by_its_number(self, client, photonik, leichtbau, editor, where):
        """Numbers run on: who edits an open page could publish every private picture there is."""
        secret = PageAttachmentFactory(collection=leichtbau.collection)
        picture = {"image": str(secret.pk), "alt_text": "x", "caption": ""}
        body = nested_form_data({"body": streamfield([("image", picture)])})
        entry = reverse("wagtailadmin_pages:edit", args=[entry_page(photonik).pk])
        client.force_login(editor)
        answer = client.post(entry if where == "entry page" else self.add_url(photonik), self.form(**body))
        assert answer.status_code == 400
        client.logout()
        assert client.get(secret.url).status_code == 404

    def test_the_pages_of_a_suspended_cluster_are_not_there(self, client, photonik, operator):
        page = content_page(photonik)
        actions.suspend_cluster(photonik, by=operator)
        assert client.get(page.url).status_code == 404
        assert page.slug not in client.get("/sitemap.xml").content.decode()

    def test_a_page_is_over_at_its_time_whether_or_not_anything_runs(self, client, photonik, time_machine):
        page = content_page(photonik, expire_at=timezone.now() + timedelta(hours=1))
        below = content_page(photonik, title="Stays", parent=page)
        assert client.get(page.url).status_code == 200
        time_machine.move_to(timezone.now() + timedelta(hours=2))
        assert [client.get(each.url).status_code for each in (page, below)] == [404, 200]

    def test_they_are_for_everybody(self, client, photonik, editor):
        """Wagtail's own restrictions, a second rule, cannot be put on them."""
        page = content_page(photonik)
        client.force_login(editor)
        client.post(
            reverse("wagtailadmin_pages:set_privacy", args=[page.pk]), {"restriction_type": "login", "password": ""}
        )
        assert not page.view_restrictions.exists()

    def test_a_page_moved_to_another_cluster_is_that_ones_with_all_below(self, photonik, leichtbau):
        page = content_page(photonik)
        below = content_page(photonik, title="Below", parent=page)
        page.move(entry_page(leichtbau), pos="last-child")
        for each in (page, below):
            each.refresh_from_db()
            assert each.cluster == leichtbau

    def test_the_clusters_own_host_serves_them(self, client, photonik, operator, settings):
        settings.WAGTAILADMIN_BASE_URL, settings.ALLOWED_HOSTS = PLATFORM, ["hanse.example.org", "testserver"]
        actions.update_cluster(photonik, by=operator, host_name=HOST)
        actions.set_logos(photonik, by=operator, logo=accepted(logo_file("#1b5a75")))
        page = content_page(photonik, body=[("paragraph", "<p>Here as well.</p>")])
        for path in (page.url, photonik.logos.get().url):
            response = client.get(path, headers={"host": HOST})
            assert response.status_code == 200, path
            assert not response.cookies


def accepted(upload):
    from hanse_access.uploads import accept_upload

    return accept_upload(upload, images_only=True)


class TestImprint:
    def test_it_stands_in_the_footer_of_all_pages_of_the_cluster_and_of_no_other(self, client, photonik, leichtbau):
        imprint = content_page(photonik, title="Imprint of Photonik", purpose="imprint")
        link = f'<a href="{imprint.url}"'
        footers = {
            path: client.get(path).content.decode().partition("<footer")[2]
            for path in (
                "/en/c/photonik-nord/",
                "/en/c/photonik-nord/news/",
                "/en/c/leichtbau-sued/",
                "/de/c/photonik-nord/",
            )
        }
        assert [link in footer for footer in footers.values()] == [True, True, False, False]

    def test_there_is_one_in_each_language(self, photonik):
        content_page(photonik, purpose="imprint")
        parent = entry_page(photonik)
        with pytest.raises(ValidationError) as problem:
            parent.add_child(
                instance=ClusterContentPage(title="Again", cluster=photonik, locale=parent.locale, purpose="imprint")
            )
        assert "purpose" in problem.value.message_dict
        content_page(photonik, title="Impressum", language="de", purpose="imprint")

    def test_editors_are_told_that_it_is_missing(self, client, photonik, editor):
        client.force_login(editor)
        said = "no imprint of its own"
        assert said in client.get("/en/c/photonik-nord/").content.decode()
        content_page(photonik, purpose="imprint")
        assert said not in client.get("/en/c/photonik-nord/").content.decode()
