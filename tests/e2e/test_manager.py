"""The manager of a cluster: the own cluster is theirs, a foreign one is not there."""

import pytest
from playwright.sync_api import expect

from hanse_members.models import Cluster, ClusterPage, Membership
from hanse_site.demo.personas import PASSWORD


@pytest.fixture
def manager(page, network, sign_in):
    sign_in(network["manager.photonik"])
    return network["manager.photonik"]


def membership_of(person, cluster: str) -> Membership:
    return Membership.objects.get(person=person, cluster__slug=cluster)


def test_manager_signs_in_admits_an_applicant_and_changes_a_role(page, network):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill("manager.photonik@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    # the dashboard tells of the applicant
    page.get_by_role("link", name="1 applicant").click()
    page.get_by_role("button", name="Admit Piet Harms", exact=True).click()
    expect(page.get_by_text("1 person is admitted.")).to_be_visible()
    admitted = membership_of(network["newcomer"], "photonik-nord")
    assert admitted.state == "approved"
    page.goto(f"/admin/hanse_members_memberships/edit/{admitted.pk}/")
    page.get_by_label("Role").select_option("Editor")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messages .success")).to_be_visible()
    assert membership_of(network["newcomer"], "photonik-nord").role == "editor"
    page.goto("/dashboard/")
    expect(page.get_by_role("link", name="1 applicant")).to_have_count(0)
    page.get_by_role("button", name="My menu").click()
    page.get_by_role("link", name="Administration").click()
    page.get_by_role("button", name="Members").click()
    page.get_by_role("link", name="Memberships", exact=True).click()
    page.get_by_label("Search term").fill("ida lund")
    expect(page.locator("main table tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Ida Lund").click()
    page.get_by_label("Role").select_option("Editor")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messages .success")).to_be_visible()
    assert membership_of(network["company.photonik"], "photonik-nord").role == "editor"


def test_rows_of_a_foreign_cluster_look_like_missing_ones(page, network, manager):
    foreign = Cluster.objects.get(slug="leichtbau-sued")
    entry = ClusterPage.objects.filter(cluster=foreign).first()
    addresses = {
        "/admin/hanse_members_memberships/edit/%d/": membership_of(network["expert.leichtbau"], "leichtbau-sued").pk,
        "/admin/hanse_members_memberships/history/%d/": membership_of(network["juror"], "leichtbau-sued").pk,
        "/admin/hanse_members_clusters/edit/%d/": foreign.pk,
        "/admin/pages/%d/edit/": entry.pk,
        "/admin/pages/%d/": entry.pk,
    }
    for address, number in addresses.items():
        seen = {what_is_shown(page, address % asked) for asked in (number, 999_999)}
        assert len(seen) == 1, address


def what_is_shown(page, address: str) -> tuple:
    response = page.goto(address)
    return response.status, page.url.removesuffix(address), page.title(), page.locator("body").inner_text()


def test_lists_and_explorer_of_the_administration_show_the_own_cluster_only(page, manager):
    page.goto("/admin/hanse_members_memberships/")
    expect(page.locator("main table tbody")).to_contain_text("Photonik Nord")
    expect(page.locator("main")).not_to_contain_text("Leichtbau Süd")
    page.get_by_role("button", name="Show filters").click()
    page.get_by_role("button", name="Cluster", exact=True).click()
    expect(page.locator("#id_cluster")).to_contain_text("Photonik Nord")
    expect(page.locator("#id_cluster")).not_to_contain_text("Leichtbau Süd")
    page.goto("/admin/hanse_members_clusters/")
    expect(page.locator("main table tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Pages").click()
    explorer = page.get_by_role("dialog", name="Page explorer")
    explorer.get_by_role("link", name="View child pages of 'Home'").click()
    explorer.get_by_role("link", name="View child pages of 'Clusters'").click()
    expect(explorer.get_by_role("link", name="Photonik Nord", exact=True)).to_be_visible()
    expect(explorer.get_by_role("link", name="Leichtbau Süd", exact=True)).to_have_count(0)
    explorer.get_by_role("link", name="Photonik Nord", exact=True).click()
    expect(page.get_by_role("heading", name="Photonik Nord")).to_be_visible()
