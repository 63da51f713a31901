"""Private files as a browser opens them."""

import pytest

from hanse_access.scopes import PUBLIC
from hanse_site.setup import create_site_pages
from tests.factories.files import PageAttachmentFactory, uploaded
from tests.factories.pages import ScopedPageFactory

OBJECTS = (
    # Opening it asks for an address, as a PDF that spies on its readers would.
    "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (this.submitForm\\('/submitted/'\\)) >> >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 144] >>",
)


def pdf() -> bytes:
    """A page with nothing on it."""
    content, places = "%PDF-1.7\n", []
    for number, body in enumerate(OBJECTS, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n"
    table = "0000000000 65535 f \n" + "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(OBJECTS) + 1
    end = f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF"
    return f"{content}xref\n0 {size}\n{table}{end}".encode()


@pytest.fixture
def shown(live_server):
    """Stores a file and shows it to everybody; gives its address."""

    def shown(name: str, content: bytes) -> str:
        create_site_pages()
        file = PageAttachmentFactory(upload=uploaded(name, content))
        ScopedPageFactory(scopes=[PUBLIC], body=[("private_file", {"file": file, "title": ""})])
        return file.url

    return shown


def test_a_pdf_opens_in_the_viewer_of_the_browser_and_asks_for_nothing(page, shown):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    url = shown("plan.pdf", pdf())
    with page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-extension://")):
        page.goto(url)
    assert page.url.endswith(url)
    assert not [address for address in asked if "submitted" in address]


def test_what_is_not_shown_is_a_download_under_its_own_name(page, shown):
    url = shown("minutes.txt", b"What was said.")
    page.goto("/en/")
    with page.expect_download() as download:
        page.evaluate("url => { location.href = url }", url)
    assert download.value.suggested_filename == "minutes.txt"
