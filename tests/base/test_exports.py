"""Spreadsheets of the administration hold what people typed as text, never as a formula."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry
from zeal import zeal_ignore

from hanse_base.exports import harmless
from tests.factories.pages import PageFactory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

FORMULAS = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "＝1"]
REPORTS = ["locked_pages", "aging_pages", "site_history"]


@pytest.fixture
def reader(client):
    reader = UserFactory(is_superuser=True, first_name="=cmd", last_name="Doe")
    client.force_login(reader)
    return reader


def cells(response) -> list[str]:
    rows = csv.reader(io.StringIO(b"".join(response.streaming_content).decode(), newline=""))
    return [cell for row in rows for cell in row]


def locked_page(title: str, by) -> Page:
    page = PageFactory(title=title, owner=by)
    Page.objects.filter(pk=page.pk).update(locked=True, locked_by=by, last_published_at=timezone.now())
    PageLogEntry.objects.log_action(instance=page, action="wagtail.edit", user=by, title=title)
    return page


@pytest.mark.parametrize("report", REPORTS)
def test_no_cell_of_a_report_begins_a_formula(client, reader, report):
    for formula in FORMULAS:
        locked_page(f"{formula} Zq", by=reader)
    told = cells(client.get(reverse(f"wagtailadmin_reports:{report}"), {"export": "csv"}))
    typed = [cell for cell in told if cell.endswith("Zq")]
    assert len(typed) >= len(FORMULAS)
    assert {cell[0] for cell in typed} == {"'"}
    assert [cell for cell in told if cell.lstrip()[:1] in tuple("=+-@")] == []


def test_lists_are_exported_alike(client, reader):
    Redirect.objects.create(old_path="/old", redirect_link="=1+1")
    assert "'=1+1" in cells(client.get(reverse("wagtailredirects:index"), {"export": "csv"}))


def test_what_is_no_formula_stays_as_it_is():
    for value in ("Title", "1-1", "a=b", "", None, -1, 2.5):
        assert harmless(value) == value


def test_a_workbook_marks_formulas_as_text_and_leaves_out_what_it_cannot_hold(client, reader):
    locked_page("=1+1", by=reader)
    locked_page("Li\x0bght\ud7ff\uffff", by=reader)
    with zeal_ignore():  # Wagtail asks for each page whether it is scheduled
        answer = client.get(reverse("wagtailadmin_reports:locked_pages"), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    found = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert found["=1+1"] == "s"
    assert "Light\ud7ff" in found
