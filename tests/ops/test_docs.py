"""The documentation is reached from the README, its links lead somewhere, its decisions are all there."""

import importlib
import re
from functools import reduce

import pytest
from django.core.exceptions import ImproperlyConfigured

from scripts.catalogues import ROOT

DOCS = ROOT / "docs"
PARTS = ("tutorials", "how-to", "reference", "explanation")
TEXTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAME = re.compile(r"\bhanse_(?:base|access|activity|members|news|site)(?:\.\w+)+")

pytestmark = pytest.mark.embedded


def links(text) -> list[str]:
    return [link.partition("#")[0] for link in LINK.findall(text.read_text()) if "://" not in link]


@pytest.mark.parametrize("text", TEXTS, ids=[str(text.relative_to(ROOT)) for text in TEXTS])
def test_links_lead_somewhere(text):
    assert [link for link in links(text) if link and not (text.parent / link).exists()] == []


@pytest.mark.parametrize("part", PARTS)
def test_the_readme_leads_to_every_page_of_each_part(part):
    pages = {str(page.relative_to(ROOT)) for page in (DOCS / part).glob("*.md")}
    assert pages
    assert {link for link in links(ROOT / "README.md") if link.startswith(f"docs/{part}/")} == pages


@pytest.mark.parametrize("text", TEXTS, ids=[str(text.relative_to(ROOT)) for text in TEXTS])
def test_what_is_named_in_code_exists(text):
    """Also when it has been renamed since."""
    assert [name for name in sorted(set(NAME.findall(text.read_text()))) if not exists(name)] == []


def exists(name: str) -> bool:
    parts = name.split(".")
    for number in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:number]))
        except ModuleNotFoundError:
            continue
        except ImproperlyConfigured:
            return True  # the settings of production, which start nowhere else
        return reduce(lambda value, part: getattr(value, part, None), parts[number:], found) is not None
    return False


def test_decisions_are_numbered_without_a_gap():
    decisions = sorted((DOCS / "adr").glob("*.md"))
    assert [page.name[:4] for page in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for number, page in enumerate(decisions, 1):
        text = page.read_text()
        assert text.startswith(f"# {number}. "), page.name
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences")), page.name


def test_every_dependency_that_shapes_the_design_has_a_decision():
    """Whoever takes one of these out, or another one in, finds why it is there."""
    decisions = " ".join(page.read_text().lower() for page in (DOCS / "adr").glob("*.md"))
    shaping = [
        "allauth",
        "django-tasks",
        "htmx",
        "structlog",
        "sentry",
        "uvicorn",
        "wagtail-localize",
        "sqlite",
        "redis",
    ]
    assert [name for name in shaping if name not in decisions] == []
