"""The pages of enquiries: asking, the thread, the lists; hidden and missing are the same."""

import uuid

import pytest
from django.urls import reverse

from hanse_access.actions import change_audience
from hanse_access.scopes import PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_members import actions, enquiry_views
from hanse_members.models import Cluster, Enquiry
from hanse_members.roles import Role
from hanse_members.subjects import name_subjects
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.enquiries import asked
from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory
from tests.matrix.probes import normalised

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
MISSING = uuid.uuid4()
STEPS = ("reply", "answer", "take", "give", "hand-over", "close")


@pytest.fixture
def other(leichtbau):
    return MembershipFactory(cluster=leichtbau, role=Role.MANAGER).cluster


@pytest.fixture
def asker():
    return UserFactory(first_name="Nele", last_name="Nord")


@pytest.fixture
def lens(photonik):
    return OrganisationFactory(name="Lens Ltd", clusters=[photonik])


@pytest.fixture
def enquiry(asker, manager, lens):
    return asked(lens, by=asker, text="Who coats steel?")


def ask_address(about, key) -> str:
    return reverse("hanse_members:ask", args=[about, key])


def page(client, address, person=None):
    client.force_login(person) if person else client.logout()
    return client.get(address)


def text(client, address, person=None) -> str:
    return page(client, address, person).content.decode()


class TestTheWayThere:
    def test_from_an_organisation_its_cluster_and_its_news(self, client, asker, manager, photonik, lens):
        news = NewsPageFactory(cluster=photonik)
        for shown, address in (
            (lens.get_absolute_url(), ask_address("organisation", lens.uid)),
            ("/en/c/photonik-nord/", ask_address("cluster", "photonik-nord")),
            (news.url, ask_address("news", news.slug)),
        ):
            assert f'href="{address}"' in text(client, shown, asker)
            assert f'href="{address}"' in text(client, shown), "visitors sign in on the way"
            assert page(client, address).url.endswith(f"?next={address}")
            assert page(client, address, asker).status_code == 200

    def test_not_for_the_management_itself_nor_where_there_is_none(self, client, asker, lens, photonik):
        address = ask_address("organisation", lens.uid)
        assert address not in text(client, lens.get_absolute_url(), asker)
        manager = MembershipFactory(cluster=photonik, role=Role.MANAGER).person
        assert address not in text(client, lens.get_absolute_url(), manager)
        assert address in text(client, lens.get_absolute_url(), asker)

    def test_what_is_hidden_is_missing(self, client, asker, manager, photonik, lens):
        closed = OrganisationFactory(clusters=[photonik], scopes=[Scope("cluster", photonik.pk)])
        news = NewsPageFactory(cluster=photonik, scopes=[Scope("cluster", photonik.pk)])
        client.force_login(asker)
        for kind, hidden, missing in (
            ("organisation", closed.uid, MISSING),
            ("news", news.slug, "bcdfghjkmnpq"),
            ("cluster", ClusterFactory(state="suspended").slug, "qq-missing"),
            ("nonsense", "qq-hidden", "qq-missing"),
        ):
            answers = [client.get(ask_address(kind, key)) for key in (hidden, missing)]
            assert normalised(answers[0], hidden) == normalised(answers[1], missing)
            assert answers[0].status_code == 404


class TestAsking:
    def test_the_question_reaches_the_management(self, client, asker, manager, lens):
        client.force_login(asker)
        answer = client.post(ask_address("organisation", lens.uid), {"text": " Who coats steel? "})
        enquiry = Enquiry.objects.get()
        assert answer.url == enquiry.get_absolute_url()
        assert (enquiry.asker, enquiry.text) == (asker, "Who coats steel?")
        assert "Who coats steel?" in text(client, "/enquiries/management/", manager)

    def test_one_chooses_among_the_clusters_that_could_answer(self, client, asker, manager, lens, photonik, other):
        several = OrganisationFactory(clusters=[photonik, other, ClusterFactory()])
        address = ask_address("organisation", several.uid)
        form = page(client, address, asker).context["form"]
        assert set(form.fields["cluster"].queryset) == {photonik, other}
        assert client.post(address, {"text": "Who?", "cluster": ClusterFactory().pk}).status_code == 400
        client.post(address, {"text": "Who?", "cluster": other.pk})
        assert Enquiry.objects.get().cluster == other

    @pytest.mark.parametrize("said", ["", "  ", "x" * 4001])
    def test_too_little_and_too_much_is_said_at_the_field(self, client, asker, manager, lens, said):
        client.force_login(asker)
        answer = client.post(ask_address("organisation", lens.uid), {"text": said})
        assert answer.status_code == 400
        assert set(answer.context["form"].errors) == {"text"}
        assert not Enquiry.objects.exists()

    def test_nobody_floods_the_management(self, client, asker, manager, lens):
        client.force_login(asker)
        address = ask_address("organisation", lens.uid)
        for _ in range(enquiry_views.ASKED.most):
            assert client.post(address, {"text": "Who?"}).status_code == 302
        refused = client.post(address, {"text": "Who else?"})
        assert refused.status_code == 400
        assert "Who else?" in refused.content.decode()
        assert Enquiry.objects.count() == enquiry_views.ASKED.most


class TestTheThread:
    def test_it_is_missing_for_all_others(self, client, enquiry, member, editor, operator, other):
        for person in (member, editor, operator, other.memberships.get().person):
            client.force_login(person)
            for step in ("", *(f"{step}/" for step in STEPS)):
                method = client.post if step else client.get
                hidden, missing = (method(f"/enquiries/{uid}/{step}") for uid in (enquiry.uid, MISSING))
                assert hidden.status_code == 404
                assert normalised(hidden, enquiry.uid) == normalised(missing, MISSING)

    def test_visitors_sign_in(self, client, enquiry):
        assert page(client, enquiry.get_absolute_url()).status_code == 302

    def test_from_the_question_to_the_answer(self, client, enquiry, manager, asker):
        address = enquiry.get_absolute_url()
        client.force_login(manager)
        client.post(f"{address}take/")
        client.post(f"{address}answer/", {"text": "The people of Lens do."})
        shown = text(client, address, asker)
        assert "The people of Lens do." in shown
        assert manager.get_full_name() in shown
        client.post(f"{address}reply/", {"text": "Thank you"})
        assert "Thank you" in text(client, address, manager)
        client.post(f"{address}answer/", {"text": "Gladly", "close": "yes"})
        enquiry.refresh_from_db()
        assert enquiry.state == "closed"

    @pytest.mark.parametrize("step", ["answer", "reply"])
    def test_an_empty_answer_is_asked_again(self, client, enquiry, manager, asker, step):
        client.force_login(manager if step == "answer" else asker)
        refused = client.post(f"{enquiry.get_absolute_url()}{step}/", {"text": " "})
        assert refused.status_code == 400
        assert refused.context[f"{step}_form"].errors
        assert not enquiry.messages.exists()

    def test_the_sides_cannot_do_each_others_part(self, client, enquiry, manager, asker):
        for person, steps in ((asker, ("answer", "take", "give", "hand-over")), (manager, ("reply",))):
            client.force_login(person)
            for step in steps:
                assert client.post(f"{enquiry.get_absolute_url()}{step}/", {"text": "x"}).status_code == 404

    def test_it_is_given_to_a_colleague(self, client, enquiry, manager, photonik):
        colleague = MembershipFactory(cluster=photonik, role=Role.MANAGER).person
        client.force_login(manager)
        assert client.post(f"{enquiry.get_absolute_url()}give/", {"owner": UserFactory().pk}).status_code == 400
        client.post(f"{enquiry.get_absolute_url()}give/", {"owner": colleague.pk})
        enquiry.refresh_from_db()
        assert enquiry.owner == colleague

    def test_after_a_hand_over_its_page_is_missing_for_the_former_management(
        self, client, enquiry, manager, asker, other
    ):
        client.force_login(manager)
        address = enquiry.get_absolute_url()
        answer = client.post(f"{address}hand-over/", {"cluster": other.pk, "note": "About fibres"})
        assert answer.url == "/enquiries/management/"
        assert client.get(address).status_code == 404
        assert "Who coats steel?" not in text(client, "/enquiries/management/", manager)
        shown = text(client, address, asker)
        assert "About fibres" in shown
        assert "Leichtbau Süd" in shown

    def test_what_was_closed_meanwhile_is_said(self, client, enquiry, manager, asker):
        actions.close_enquiry(enquiry, by=asker)
        client.force_login(manager)
        refused = client.post(f"{enquiry.get_absolute_url()}answer/", {"text": "Late"})
        assert refused.status_code == 400
        taken = client.post(f"{enquiry.get_absolute_url()}take/", follow=True)
        assert [message.level_tag for message in taken.context["messages"]] == ["error"]

    def test_the_words_of_people_who_left_stay_without_their_name(self, client, enquiry, manager, asker):
        actions.answer_enquiry(enquiry, by=manager, text="Yes")
        manager.delete()
        shown = text(client, enquiry.get_absolute_url(), asker)
        assert "Former member" in shown
        assert "Yes" in shown


class TestTheLists:
    def test_each_has_the_own_ones(self, client, enquiry, manager, asker, other):
        assert "Who coats steel?" in text(client, "/enquiries/", asker)
        assert "Who coats steel?" in text(client, "/enquiries/management/", manager)
        stranger = other.memberships.get().person
        assert "Who coats steel?" not in text(client, "/enquiries/", stranger)
        assert "Who coats steel?" not in text(client, "/enquiries/management/", stranger)

    def test_that_of_the_management_is_missing_for_all_others(self, client, member, editor, operator):
        for person in (member, editor, operator):
            assert page(client, "/enquiries/management/", person).status_code == 404

    def test_it_is_narrowed_by_state_owner_and_kind(self, client, enquiry, manager, asker, lens, photonik):
        mine = actions.take_enquiry(asked(lens, by=asker, text="Mine"), by=manager)
        asked(Cluster.objects.get(pk=photonik.pk), by=asker, text="About the cluster")
        for query, found in (
            ("state=new", {"Who coats steel?", "About the cluster"}),
            (f"owner={manager.pk}", {"Mine"}),
            ("about=cluster", {"About the cluster"}),
            ("q=nele+coats", {"Who coats steel?"}),
            ("q=lens", set()),
        ):
            rows = page(client, f"/enquiries/management/?{query}", manager).context["item_list"].rows
            assert {row.text for row in rows} == found, query
        assert mine.owner == manager

    def test_who_waits_longest_comes_first_and_the_answered_last(self, client, enquiry, manager, asker, lens):
        second = asked(lens, by=asker, text="Second")
        third = asked(lens, by=asker, text="Third")
        actions.answer_enquiry(enquiry, by=manager, text="Yes")
        rows = page(client, "/enquiries/management/", manager).context["item_list"].rows
        assert rows == [second, third, enquiry]


def test_own_data_holds_the_thread_and_goes_with_the_account(enquiry, asker, manager, lens):
    from hanse_base.personal_data import personal_data

    part = personal_data["enquiries"]
    actions.answer_enquiry(enquiry, by=manager, text="The people of Lens do.")
    own, written, _deputies = part.export(asker)
    assert own.content[0]["question"] == "Who coats steel?"
    assert own.content[0]["about"] == "Lens Ltd"
    assert "The people of Lens do." in [message["text"] for message in own.content[0]["messages"]]
    assert written.content == []
    own, written, _deputies = part.export(manager)
    assert own.content == []
    assert "The people of Lens do." in [message["text"] for message in written.content]
    change_audience(lens, scopes=[PUBLIC], by=None)
    part.erase(manager)
    assert Enquiry.objects.exists()
    part.erase(asker)
    assert not Enquiry.objects.exists()


def test_a_question_about_somebody_forgets_the_name_with_the_account(member, manager, photonik):
    from hanse_base.personal_data import personal_data

    profile = ProfileFactory(person=MembershipFactory(cluster=photonik).person)
    enquiry = asked(profile, by=member)
    name_subjects([enquiry], Viewer.of(member))
    assert enquiry.subject_title == profile.name
    for part in personal_data:
        part.erase(profile.person)
    name_subjects([enquiry], Viewer.of(member))
    assert profile.name not in enquiry.subject_title
