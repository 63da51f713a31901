"""A manager brings a table with errors, decides about a double, carries it out, and merges what is one."""

import re

from playwright.sync_api import expect

from hanse_members.models import Organisation, OrganisationMembership


def test_a_table_with_errors(open_as, network, tmp_path):
    parts = OrganisationMembership.objects.home().filter(cluster__slug="photonik-nord")
    known = Organisation.objects.filter(pk__in=parts.values("organisation")).order_by("pk").first()
    table = tmp_path / "firms.csv"
    table.write_bytes(
        "external_key;name;place;kind\n"
        "K1;Nebelhorn Optik;Husum;Company\n"
        "K1;Nebelhorn Optik again;Husum;\n"
        ";;Kiel;\n"
        f"K2;{known.name} AG;Kiel;Spaceship\n".encode("cp1252")
    )
    manager = open_as(network["manager.photonik"])
    manager.goto("/organisations/")
    manager.get_by_role("link", name="Bring a table").click()
    manager.get_by_label("Table (CSV)").set_input_files(table)
    manager.get_by_role("button", name="Look it through").click()
    expect(manager.get_by_role("button", name="Carry out 1 row")).to_be_visible()
    rows = manager.locator("li")
    expect(rows.filter(has_text="Nebelhorn Optik again")).to_contain_text("as in row 2")
    expect(rows.filter(has_text="there is no name")).to_contain_text("faulty")
    doubtful = rows.filter(has_text=f"{known.name} AG")
    expect(doubtful).to_contain_text("perhaps a double")
    expect(doubtful).to_contain_text("Kind not understood and left out: Spaceship")
    doubtful.get_by_role("button", name="It is another one").click()
    manager.get_by_role("button", name="Carry out 2 rows").click()
    expect(manager.get_by_text("Done. Added: 2, updated: 0, not possible: 0.")).to_be_visible()
    with manager.expect_download() as download:
        manager.get_by_role("link", name="Download the report").click()
    assert "there is no name" in download.value.path().read_text(encoding="utf-8-sig")

    manager.goto("/memberships/quality/?kind=doubles")
    manager.get_by_role("link", name=re.compile(rf"Compare.*{re.escape(known.name)} AG")).click()
    expect(manager.get_by_text(f"“{known.name} AG” becomes part of “{known.name}”.")).to_be_visible()
    manager.get_by_label("Both are the same organisation").check()
    manager.get_by_role("button", name="Merge the two").click()
    expect(manager.get_by_text("The two are one organisation now.")).to_be_visible()
    expect(manager.get_by_role("heading", name=known.name, exact=True)).to_be_visible()
